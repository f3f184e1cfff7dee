import type { Client } from "@alienplatform/api/client"
import { codeOf, problem } from "@alienplatform/core/error"
import type { Context } from "../context.ts"
import type { Cleanup } from "../output/deletion.ts"
import type { Progress } from "../output/progress.ts"
import { runDetachable } from "./detach.ts"
import type { Deployment } from "./find-deployment.ts"
import { poll } from "./poll.ts"

/**
 * Waits until a deployment is deleted; returns what is still being cleaned up. Throws `delete_failed` with the
 * manager's reason, `wait_timeout` or `detached`.
 */
export async function untilDeleted(
  client: Client,
  { id, name, generation }: Deployment,
  { title, timeoutMs, comeBack }: { title: string; timeoutMs: number; comeBack: string },
  progress: Progress,
  context: Context,
): Promise<Cleanup> {
  const last = await progress.step(
    title,
    (report) =>
      runDetachable(name, comeBack, () =>
        poll(
          {
            what: `${name} to be deleted`,
            read: () => client.deployment(id).catch(goneIfNotFound),
            decide: (found) => {
              if (found === undefined || found.status === "deleted")
                return { status: "deleted" as const, error: null, cleanup: found?.cleanup }
              report([found.status, ...(found.error ? [`✖ ${found.error.message} (${found.error.code})`] : [])])
              return found.status === "delete-failed" && found.observedGeneration >= generation ? found : undefined
            },
            timeoutMs,
            hint: `go on waiting: ${comeBack}`,
          },
          context,
        ),
      ),
    ({ status }) => status === "deleted",
  )
  if (last.status === "delete-failed")
    throw problem("delete_failed", {
      message: `${name} could not be deleted whole${last.error ? `: ${last.error.message} (${last.error.code})` : ""}${objectLines(last.error)}`,
      hint: last.error?.hint ?? `once that is put right, run it again: alien destroy ${name}`,
      ...(last.error ? { context: { error: last.error } } : {}),
    })
  return last.cleanup ?? []
}

/** Lines of the objects that `access_lost` lists for the customer. */
function objectLines(error: Deployment["error"]): string {
  const { objects } = (error?.context ?? {}) as { objects?: unknown }
  if (!Array.isArray(objects)) return ""
  return objects.map(({ node, type, id }) => `\n    ${type} ${id ?? `of ${node}`}`).join("")
}

const goneIfNotFound = (error: unknown): undefined => {
  if (codeOf(error) !== "not_found") throw error
}
