import type { Action, CommonOptions } from "../command.ts"
import { parseDurationMs } from "../duration.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { progressFor, silent } from "../output/progress.ts"
import { makeRelease } from "../release/make-release.ts"
import { planDeploy } from "../release/plan-deploy.ts"
import { readSettings, withLocations } from "../release/settings-file.ts"
import { findTarget } from "../release/target.ts"

export interface PlanOptions extends CommonOptions {
  platform?: string
  stack?: string
  /** Machines that compiled packages are for. */
  target?: string
  release?: string
  settings?: string
  /** Id of a forgotten deployment to take back. */
  adopt?: string
  replaceStack?: boolean
  timeout?: string
}

/** `alien plan NAME`: what a deploy would do; nothing is installed. `--json`: `{releaseId, deploymentId, plan, text}`. */
export const plan: Action<PlanOptions> = async ([name = ""], options, context) => {
  const timeoutMs = parseDurationMs(options.timeout, 5 * 60_000, "--timeout")
  const settings = options.settings === undefined ? undefined : await readSettings(options.settings, context.cwd)
  const client = await connect(options, context)
  const progress = options.json ? silent : progressFor(context, false)

  const target = await findTarget(client, name, options)
  const releaseId = await makeRelease({ ...options, draft: true }, [target.platform], client, progress, context)
  const { plan, text } = await progress.step("plan", () =>
    withLocations(settings, () => planDeploy(client, target, { ...options, releaseId, settings, timeoutMs }, context)),
  )
  if (options.json) {
    const deploymentId = target.existing?.id ?? null
    context.stdout.write(`${JSON.stringify({ releaseId, deploymentId, plan, text })}\n`)
    return EXIT.ok
  }
  context.stdout.write(`${text.trimEnd()}\n`)
  const withSettings = options.settings === undefined ? "" : ` --settings ${options.settings}`
  const adopting = target.adopt === undefined ? "" : ` --adopt ${target.adopt}`
  context.stderr.write(`\nInstall it with: alien deploy ${name} --release ${releaseId}${withSettings}${adopting}\n`)
  return EXIT.ok
}
