import { problem } from "@alienplatform/core/error"
import type { Context } from "./context.ts"

/**
 * Asks a person to confirm something that cannot be undone. Throws `confirmation_required` where nobody can answer:
 * silence is no yes. Throws `interrupted` when the person breaks off, after saying that nothing was changed.
 */
export async function askToConfirm(
  question: string,
  { yes, json }: { yes?: boolean | undefined; json?: boolean | undefined },
  context: Pick<Context, "stdin" | "stdout" | "stderr" | "confirm">,
): Promise<boolean> {
  if (yes) return true
  if (json || context.stdin.isTTY !== true || context.stdout.isTTY !== true)
    throw problem("confirmation_required", {
      message: `${question} There is no terminal to ask on`,
      hint: "look at what would happen, then add --yes",
    })
  const answer = await context.confirm(question)
  if (answer !== undefined) return answer
  context.stderr.write("Nothing was changed.\n")
  throw problem("interrupted", { message: "interrupted" })
}
