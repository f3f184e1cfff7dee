import type { Action, CommonOptions } from "../command.ts"
import { durationOf } from "../duration.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { progressFor, silent } from "../output/progress.ts"
import { findTarget, heldDeployment } from "../release/hold-deployment.ts"
import { makeRelease } from "../release/make-release.ts"
import { requestPlan } from "../release/request-plan.ts"
import { readSettings } from "../release/settings-file.ts"

export interface PlanOptions extends CommonOptions {
  platform?: string
  stack?: string
  release?: string
  settings?: string
  timeout?: string
}

/** `alien plan NAME`: what a deploy would do. A deployment that does not exist yet is made, held. `--json`: the API's plan. */
export const plan: Action<PlanOptions> = async ([name = ""], options, context) => {
  const timeout = durationOf(options.timeout, 5 * 60_000, "--timeout")
  const settings = options.settings === undefined ? undefined : await readSettings(options.settings, context.cwd)
  const client = await connect(options, context)
  const progress = options.json ? silent : progressFor(context, false)

  const target = await findTarget(client, name, options.platform)
  const releaseId = await makeRelease(options, target.platform, client, progress, context)
  const { deployment, patch, isNew } = await heldDeployment(client, name, target, releaseId, settings)
  const found = await progress.step("plan", () =>
    requestPlan(client, deployment, { releaseId, stackSettings: patch, timeout }, context),
  )
  const held = isNew ? `${name} is held until then; alien destroy ${name} forgets it.\n` : ""
  if (options.json) {
    context.stderr.write(held)
    context.stdout.write(`${JSON.stringify({ deploymentId: deployment.id, ...found })}\n`)
    return EXIT.ok
  }
  context.stdout.write(`${(found.text ?? "No changes.").trimEnd()}\n`)
  context.stderr.write(`\nInstall it with: alien deploy ${name} --release ${releaseId}\n${held}`)
  return EXIT.ok
}
