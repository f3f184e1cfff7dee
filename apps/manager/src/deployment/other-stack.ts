import { problem } from "@alienplatform/core"
import type { Deployment } from "@alienplatform/store"

/**
 * Throws `stack_mismatch` where a release is of another stack than the one that is installed, unless that is asked for:
 * everything of the present one would be deleted.
 */
export function refuseOtherStack(
  { name, stackId }: Pick<Deployment, "name" | "stackId">,
  release: { id: string; stackId: string },
  asked: boolean,
): void {
  if (asked || stackId === null || stackId === release.stackId) return
  throw problem("stack_mismatch", {
    message: `${name} has the stack ${stackId}, and ${release.id} is of the stack ${release.stackId}: everything of ${stackId} would be deleted`,
    hint: "deploy it under another name, or ask for the replacement: --replace-stack",
    context: { installed: stackId, wanted: release.stackId },
  })
}
