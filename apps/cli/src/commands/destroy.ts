import { codeOf, problem } from "@alienplatform/core/error"
import type { Action, CommonOptions } from "../command.ts"
import { confirmed } from "../confirm.ts"
import { durationOf } from "../duration.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { deploymentNamed } from "../manager/find-deployment.ts"
import { poll } from "../manager/poll.ts"
import { deletionText } from "../output/deletion.ts"
import { progressFor } from "../output/progress.ts"

export interface DestroyOptions extends CommonOptions {
  yes?: boolean
  timeout?: string
}

/**
 * `alien destroy NAME`: shows what goes and what stays, asks, and waits until it is gone.
 * `--json`: one event per line, at last `{"result": {status, deploymentId}}`.
 */
export const destroy: Action<DestroyOptions> = async ([name = ""], options, context) => {
  const timeout = durationOf(options.timeout, 15 * 60_000, "--timeout")
  const client = await connect(options, context)
  const progress = progressFor(context, options.json)
  const deployment = await deploymentNamed(client, name)
  const { id } = deployment
  const text = deletionText(deployment, await client.info(id))
  if (!options.json) context.stdout.write(`${text}\n\n`)
  progress.event("plan", { text })
  if (!(await confirmed(`Delete ${name}?`, options, context))) {
    if (!options.json) context.stdout.write("Nothing was changed.\n")
    return EXIT.failed
  }

  const { generation } = await client.deleteDeployment(id, "cleanup")
  const last = await progress.step(
    `delete ${name}`,
    (report) =>
      poll(
        {
          what: `${name} to be deleted`,
          read: () => client.deployment(id).catch(goneIfNotFound),
          decide: (found) => {
            if (found === undefined || found.status === "deleted") return { status: "deleted" as const, error: null }
            report([found.status])
            return found.status === "delete-failed" && found.observedGeneration >= generation ? found : undefined
          },
          timeout,
          hint: `see how it gets on: alien list`,
        },
        context,
      ),
    ({ status }) => status === "deleted",
  )
  if (last.status === "delete-failed")
    throw problem("delete_failed", {
      message: `${name} could not be deleted whole${last.error ? `: ${last.error.message} (${last.error.code})` : ""}`,
      hint: last.error?.hint ?? `once that is put right, run it again: alien destroy ${name}`,
      ...(last.error ? { context: { error: last.error } } : {}),
    })
  if (options.json) context.stdout.write(`${JSON.stringify({ result: { status: last.status, deploymentId: id } })}\n`)
  else context.stdout.write(`${name} is deleted.\n`)
  return EXIT.ok
}

const goneIfNotFound = (error: unknown): undefined => {
  if (codeOf(error) !== "not_found") throw error
}
