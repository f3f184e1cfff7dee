import { problem } from "@alienplatform/core/error"
import type { Action, CommonOptions } from "../command.ts"
import { askToConfirm } from "../confirm.ts"
import { parseDurationMs } from "../duration.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { requireDeployment } from "../manager/find-deployment.ts"
import { untilDeleted } from "../manager/until-deleted.ts"
import { type DeleteAction, deletionOutcomeText, deletionText } from "../output/deletion.ts"
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
  const timeoutMs = parseDurationMs(options.timeout, 15 * 60_000, "--timeout")
  const action = actionOf(options)
  const client = await connect(options, context)
  const progress = progressFor(context, options.json)
  const deployment = await requireDeployment(client, name)
  const { id } = deployment
  const text = deletionText(action, deployment, await client.info(id))
  if (!options.json) context.stdout.write(`${text}\n\n`)
  progress.event("plan", { text })
  const verb = VERBS[action]
  if (!(await askToConfirm(`${verb[0]?.toUpperCase()}${verb.slice(1)} ${name}?`, options, context))) {
    if (!options.json) context.stdout.write("Nothing was changed.\n")
    return EXIT.failed
  }
  const deleting = await client.deleteDeployment(id, action)
  const wait = { title: `${verb} ${name}`, timeoutMs, comeBack: `alien wait ${name} --for deleted` }
  const cleanup = await untilDeleted(client, deleting, wait, progress, context)
  const result = { status: "deleted", deploymentId: id, action, cleanup }
  context.stdout.write(
    `${options.json ? JSON.stringify({ result }) : deletionOutcomeText(action, deployment, cleanup)}\n`,
  )
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
