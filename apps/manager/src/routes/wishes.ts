import { routes } from "@alienplatform/api"
import { problem } from "@alienplatform/core"
import type { Deployment, DeploymentChange, Store } from "@alienplatform/store"
import { deploymentJson } from "../answers/deployment-json.ts"
import { viewOf } from "../answers/view.ts"
import { foundDeployment, livingDeployment } from "../deployment/found.ts"
import { mergePatch } from "../deployment/merge-patch.ts"
import { OneAtATime } from "../deployment/one-at-a-time.ts"
import { checkedSettings } from "../deployment/settings.ts"
import type { App } from "../http/app-types.ts"
import { stackOf } from "../release/declared.ts"
import { dryRun } from "../release/dry-run.ts"
import { installable, isNewest, newest, releaseOf, rollbackTo, updatesItself } from "../release/release-of.ts"
import { changedVariables } from "../variables/change.ts"
import { readVariables } from "../variables/stored.ts"
import type { Deps } from "./deps.ts"

/** Each says what is wanted and lets the runner do it. */
export function wishHandlers(app: App, deps: Deps): void {
  const { store, clock, platforms, sealer } = deps
  const changing = new OneAtATime()

  app.openapi(routes.updateDeployment, async (c) => {
    const { id } = c.req.valid("param")
    const body = c.req.valid("json")
    // Of two changes at once the second one starts from what the first one left.
    return changing.with(id, async () => {
      const deployment = await livingDeployment(store, id)
      const open = await platforms.get(deployment.platform)
      const merged = mergePatch(deployment.stackSettings, body.stackSettings ?? {})
      const release = await releaseOf(store, { ...deployment, stackSettings: merged })
      const stack = release && stackOf(release, deployment.platform)
      const stackSettings = checkedSettings(open.platform, merged, stack)
      const changes = body.environmentVariables ?? []
      const environmentVariables = changedVariables(sealer, id, deployment.environmentVariables, changes)
      const wanted = { ...deployment, stackSettings, environmentVariables }
      if (release) await dryRun(deps, open, wanted, release)
      else readVariables(sealer, wanted)
      const changed = await store.change(id, { stackSettings, environmentVariables }, clock.now())
      return c.json(deploymentJson(changed, viewOf(c.get("token").role)), 200)
    })
  })

  app.openapi(routes.redeploy, async (c) => {
    const deployment = await livingDeployment(store, c.req.valid("param").id)
    const { releaseId, previous } = c.req.valid("json") ?? {}
    const asked = previous ? await rollbackTo(store, deployment) : releaseId
    const { platform } = deployment
    const release = asked ? await installable(store, asked, platform) : await newest(store, deployment)
    if (!release)
      throw problem("release_unavailable", {
        message: `there is no release for ${platform} yet; create one first`,
        context: { platform },
      })
    // Who asks for the newest one of a stack follows what comes after it; a rollback stays where it went.
    const stackId = stackOf(release, platform).id
    const last = await newest(store, { platform, stackId })
    const follow = !previous && updatesItself(deployment.stackSettings) && isNewest(release, last)
    const desiredReleaseId = follow ? null : release.id
    await dryRun(deps, await platforms.get(platform), { ...deployment, desiredReleaseId }, release)
    const changed = await store.change(
      deployment.id,
      { desiredReleaseId, stackId, hold: false, ...(release.draft ? { publishes: release.id } : {}) },
      clock.now(),
    )
    return c.json(deploymentJson(changed, viewOf(c.get("token").role)), 200)
  })

  app.openapi(routes.retry, async (c) => {
    const deployment = await foundDeployment(store, c.req.valid("param").id)
    const view = viewOf(c.get("token").role)
    if (await isGone(store, deployment)) return c.json(deploymentJson(deployment, view), 200)
    return c.json(deploymentJson(await store.change(deployment.id, { retryRequested: true }, clock.now()), view), 200)
  })

  app.openapi(routes.deleteDeployment, async (c) => {
    const deployment = await foundDeployment(store, c.req.valid("param").id)
    const { action } = c.req.valid("json")
    const view = viewOf(c.get("token").role)
    if (await isGone(store, deployment)) return c.json(deploymentJson(deployment, view), 202)
    if (action === "detach") await refuseUndetachable(platforms, deployment)
    const patch: DeploymentChange = { deleteAction: action, hold: false, status: "deleting", error: null }
    return c.json(deploymentJson(await store.change(deployment.id, patch, clock.now()), view), 202)
  })
}

/** Of a deployment that is deleted objects may be left that go slowly: one may still ask to hurry, or to leave them. */
const isGone = async (store: Store, { id, status }: Deployment): Promise<boolean> =>
  status === "deleted" && (await store.cleanup([id])).length === 0

/** Where nobody else could run what is left, it would run for ever. */
async function refuseUndetachable(platforms: Deps["platforms"], { name, platform }: Deployment): Promise<void> {
  if (!platforms.has(platform)) return
  const { undetachable } = (await platforms.get(platform)).platform
  if (undetachable === undefined) return
  throw problem("detach_not_supported", {
    message: `${name} cannot be detached: ${undetachable}; use cleanup to delete the objects, or forget to leave them until the deployment is adopted`,
    context: { platform },
  })
}
