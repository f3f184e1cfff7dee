import type { Client } from "@alienplatform/api/client"
import { codeOf, problem } from "@alienplatform/core/error"
import type { Context } from "../context.ts"
import type { Progress } from "../output/progress.ts"
import { detachable } from "./detach.ts"
import type { Deployment } from "./find-deployment.ts"
import { poll } from "./poll.ts"

/** Waits until it is gone. Throws `delete_failed` with the manager's reason, `wait_timeout` or `detached`. */
export async function untilDeleted(
  client: Client,
  { id, name, generation }: Deployment,
  { title, timeout, comeBack }: { title: string; timeout: number; comeBack: string },
  progress: Progress,
  context: Context,
): Promise<void> {
  const last = await progress.step(
    title,
    (report) =>
      detachable(name, comeBack, () =>
        poll(
          {
            what: `${name} to be deleted`,
            read: () => client.deployment(id).catch(goneIfNotFound),
            decide: (found) => {
              if (found === undefined || found.status === "deleted") return { status: "deleted" as const, error: null }
              report([found.status, ...(found.error ? [`✖ ${found.error.message} (${found.error.code})`] : [])])
              return found.status === "delete-failed" && found.observedGeneration >= generation ? found : undefined
            },
            timeout,
            hint: `go on waiting: ${comeBack}`,
          },
          context,
        ),
      ),
    ({ status }) => status === "deleted",
  )
  if (last.status === "delete-failed")
    throw problem("delete_failed", {
      message: `${name} could not be deleted whole${last.error ? `: ${last.error.message} (${last.error.code})` : ""}`,
      hint: last.error?.hint ?? `once that is put right, run it again: alien destroy ${name}`,
      ...(last.error ? { context: { error: last.error } } : {}),
    })
}

const goneIfNotFound = (error: unknown): undefined => {
  if (codeOf(error) !== "not_found") throw error
}
