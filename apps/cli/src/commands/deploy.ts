import type { Client } from "@alienplatform/api/client"
import type { Action } from "../command.ts"
import { askToConfirm } from "../confirm.ts"
import { parseDurationMs } from "../duration.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import type { Deployment } from "../manager/find-deployment.ts"
import { progressFor } from "../output/progress.ts"
import { waitForVerdict } from "../release/finish.ts"
import { makeRelease } from "../release/make-release.ts"
import { planDeploy } from "../release/plan-deploy.ts"
import { mergePatch, readSettings, type SettingsFile, withLocations } from "../release/settings-file.ts"
import { findTarget, type Target } from "../release/target.ts"
import type { PlanOptions } from "./plan.ts"

export interface DeployOptions extends PlanOptions {
  yes?: boolean
}

/**
 * `alien deploy NAME`: build, plan, ask, install, wait. Ctrl-C before the answer changes nothing; after it, it detaches.
 * `--json`: one event per line, at last `{"result": {verdict, deploymentId, releaseId, info}}`.
 */
export const deploy: Action<DeployOptions> = async ([name = ""], options, context) => {
  const timeoutMs = parseDurationMs(options.timeout, 15 * 60_000, "--timeout")
  const settings = options.settings === undefined ? undefined : await readSettings(options.settings, context.cwd)
  const client = await connect(options, context)
  const progress = progressFor(context, options.json)
  const print = (text: string) => options.json || context.stdout.write(`${text}\n`)

  const target = await findTarget(client, name, options)
  const releaseId = await makeRelease({ ...options, draft: true }, [target.platform], client, progress, context)
  const { plan, text, resourcePrefix } = await progress.step("plan", () =>
    withLocations(settings, () => planDeploy(client, target, { ...options, releaseId, settings, timeoutMs }, context)),
  )
  print(`\n${text.trimEnd()}\n`)
  progress.event("plan", { text, plan })

  if (!(await askToConfirm(`Deploy ${name} on ${target.platform}?`, options, context))) {
    print("Nothing was changed.")
    return EXIT.failed
  }
  const { id } = await withLocations(settings, () =>
    prepareDeployment(client, target, { releaseId, settings, resourcePrefix }),
  )
  const deployment = await client.redeploy(id, { releaseId, ...(options.replaceStack ? { otherStack: true } : {}) })
  const { json } = options
  return waitForVerdict(
    { title: `deploy ${name}`, deployment, timeoutMs, json, result: { releaseId } },
    client,
    progress,
    context,
  )
}

interface Prepared {
  releaseId: string
  settings: SettingsFile | undefined
  /** Prefix of the names in the plan. */
  resourcePrefix: string | undefined
}

/**
 * Creates or updates the deployment with the settings of the file; a new one is held, so that the redeploy is the first
 * thing that runs.
 */
async function prepareDeployment(
  client: Client,
  { name, platform, existing, adopt }: Target,
  { releaseId, settings, resourcePrefix }: Prepared,
): Promise<Pick<Deployment, "id">> {
  if (!existing) {
    const stackSettings = settings ? { stackSettings: settings.value } : {}
    const adopting = adopt === undefined ? {} : { adopt }
    // The names are those of the plan that was confirmed.
    const named = adopt === undefined && resourcePrefix !== undefined ? { resourcePrefix } : {}
    const wanted = { name, platform, releaseId, hold: true, ...stackSettings, ...adopting, ...named }
    return (await client.createDeployment(wanted)).deployment
  }
  if (!settings) return existing
  return client.updateDeployment(existing.id, { stackSettings: mergePatch(existing.stackSettings, settings.value) })
}
