import { codeOf } from "@alienplatform/core/error"
import type { Action } from "../command.ts"
import { confirmed } from "../confirm.ts"
import { durationOf } from "../duration.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { endpointsOf } from "../manager/endpoint-view.ts"
import type { Verdict } from "../manager/verdict.ts"
import { curlLine, endpointDetails, endpointTable } from "../output/endpoints.ts"
import { renderFailure } from "../output/failure.ts"
import { progressFor } from "../output/progress.ts"
import { paintFor } from "../output/style.ts"
import { findTarget, heldDeployment } from "../release/hold-deployment.ts"
import { makeRelease } from "../release/make-release.ts"
import { requestPlan } from "../release/request-plan.ts"
import { readSettings } from "../release/settings-file.ts"
import { waitUntilReady } from "../release/wait-until-ready.ts"
import type { PlanOptions } from "./plan.ts"

export interface DeployOptions extends PlanOptions {
  yes?: boolean
}

const EXIT_BY_VERDICT: Readonly<Record<Verdict, number>> = {
  ready: EXIT.ok,
  waiting: EXIT.waiting,
  failed: EXIT.failed,
}

/**
 * `alien deploy NAME`: build, plan, ask, install, wait. Ctrl-C before the answer changes nothing; after it, it detaches.
 * `--json`: one event per line, at last `{"result": {verdict, deploymentId, releaseId, info}}`.
 */
export const deploy: Action<DeployOptions> = async ([name = ""], options, context) => {
  const timeout = durationOf(options.timeout, 15 * 60_000, "--timeout")
  const settings = options.settings === undefined ? undefined : await readSettings(options.settings, context.cwd)
  const client = await connect(options, context)
  const progress = progressFor(context, options.json)
  const print = (text: string) => options.json || context.stdout.write(`${text}\n`)

  const target = await findTarget(client, name, options.platform)
  const releaseId = await makeRelease(options, target.platform, client, progress, context)
  const held = await heldDeployment(client, name, target, releaseId, settings)
  const planned = await progress.step("plan", () =>
    requestPlan(client, held.deployment, { releaseId, stackSettings: held.patch, timeout }, context),
  )
  print(`\n${(planned.text ?? "No changes.").trimEnd()}\n`)
  progress.event("plan", { text: planned.text, plan: planned.plan })

  if (!(await confirmed(`Deploy ${name} on ${target.platform}?`, options, context))) {
    print(`Nothing was changed.${held.isNew ? ` ${name} is held; alien destroy ${name} forgets it.` : ""}`)
    return EXIT.failed
  }
  if (held.patch) await client.updateDeployment(held.deployment.id, { stackSettings: held.patch })
  const started = await client.redeploy(held.deployment.id, { releaseId })

  try {
    const { verdict, info } = await progress.step(
      `deploy ${name}`,
      (report) => waitUntilReady(client, started, timeout, progress, report, context),
      ({ verdict }) => verdict === "ready",
    )
    if (options.json) {
      const result = { verdict, deploymentId: started.id, releaseId, info }
      context.stdout.write(`${JSON.stringify({ result })}\n`)
      return EXIT_BY_VERDICT[verdict]
    }
    const paint = paintFor(context.stdout, context.env)
    const views = endpointsOf(info)
    print(endpointTable(views, paint))
    const details = endpointDetails(views, paint)
    if (details) print(`\n${details}`)
    const curls = views.flatMap((view) => curlLine(view) ?? [])
    if (curls.length > 0) print(`\nFrom this machine:\n${curls.map((line) => `  ${line}`).join("\n")}`)
    if (info.error) context.stderr.write(renderFailure(info.error, paintFor(context.stderr, context.env)))
    return EXIT_BY_VERDICT[verdict]
  } catch (error) {
    if (codeOf(error) !== "interrupted") throw error
    context.stderr.write(`\nDetached: ${name} goes on without this command. See how it gets on: alien info ${name}\n`)
    throw error
  }
}
