import { problem } from "@alienplatform/core/error"
import type { Action, CommonOptions } from "../command.ts"
import { confirmed } from "../confirm.ts"
import { durationOf } from "../duration.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { deploymentNamed } from "../manager/find-deployment.ts"
import { untilDeleted } from "../manager/until-deleted.ts"
import { type DeleteAction, deletionText, outcomeText } from "../output/deletion.ts"
import { progressFor } from "../output/progress.ts"

export interface DestroyOptions extends CommonOptions {
  detach?: boolean
  forget?: boolean
  yes?: boolean
  timeout?: string
}

const VERBS: Readonly<Record<DeleteAction, string>> = { cleanup: "delete", detach: "detach", forget: "forget" }

/**
 * `alien destroy NAME`: shows what goes and what stays, asks, and waits until it is gone.
 * `--json`: one event per line, at last `{"result": {status, deploymentId, action, cleanup}}`; `cleanup` is what still goes.
 */
export const destroy: Action<DestroyOptions> = async ([name = ""], options, context) => {
  const timeout = durationOf(options.timeout, 15 * 60_000, "--timeout")
  const action = actionOf(options)
  const client = await connect(options, context)
  const progress = progressFor(context, options.json)
  const deployment = await deploymentNamed(client, name)
  const { id } = deployment
  const text = deletionText(action, deployment, await client.info(id))
  if (!options.json) context.stdout.write(`${text}\n\n`)
  progress.event("plan", { text })
  const verb = VERBS[action]
  if (!(await confirmed(`${verb[0]?.toUpperCase()}${verb.slice(1)} ${name}?`, options, context))) {
    if (!options.json) context.stdout.write("Nothing was changed.\n")
    return EXIT.failed
  }
  const wished = await client.deleteDeployment(id, action)
  const wait = { title: `${verb} ${name}`, timeout, comeBack: `alien wait ${name} --for deleted` }
  const cleanup = await untilDeleted(client, wished, wait, progress, context)
  const result = { status: "deleted", deploymentId: id, action, cleanup }
  context.stdout.write(`${options.json ? JSON.stringify({ result }) : outcomeText(action, deployment, cleanup)}\n`)
  return EXIT.ok
}

function actionOf({ detach = false, forget = false }: DestroyOptions): DeleteAction {
  if (detach && forget)
    throw problem("usage_invalid", {
      message: "--detach and --forget exclude each other: what is detached cannot be taken back, what is forgotten can",
      hint: "give one of them",
    })
  return detach ? "detach" : forget ? "forget" : "cleanup"
}
