import type { Action, CommonOptions } from "../command.ts"
import { confirmed } from "../confirm.ts"
import { durationOf } from "../duration.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { deploymentNamed } from "../manager/find-deployment.ts"
import { untilDeleted } from "../manager/until-deleted.ts"
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
  const wished = await client.deleteDeployment(id, "cleanup")
  const wait = { title: `delete ${name}`, timeout, comeBack: `alien wait ${name} --for deleted` }
  await untilDeleted(client, wished, wait, progress, context)
  if (options.json) context.stdout.write(`${JSON.stringify({ result: { status: "deleted", deploymentId: id } })}\n`)
  else context.stdout.write(`${name} is deleted.\n`)
  return EXIT.ok
}
