import { routes } from "@alienplatform/api"
import { type Json, problem } from "@alienplatform/core"
import type { DeploymentChange } from "@alienplatform/store"
import { stackOf } from "../declared.ts"
import type { Deps } from "../deps.ts"
import { dryRun } from "../dry-run.ts"
import type { App } from "../http/app-types.ts"
import { mergePatch } from "../merge-patch.ts"
import { installable, newest, releaseOf, updatesItself } from "../release-of.ts"
import { checkedSettings } from "../settings.ts"
import { deploymentJson } from "./deployment-json.ts"
import { foundDeployment, livingDeployment } from "./not-found.ts"

/** Each says what is wanted and lets the runner do it. */
export function wishHandlers(app: App, deps: Deps): void {
  const { store, clock, platforms } = deps

  app.openapi(routes.updateDeployment, async (c) => {
    const deployment = await livingDeployment(store, c.req.valid("param").id)
    const patch = c.req.valid("json").stackSettings
    const merged = mergePatch(deployment.stackSettings, patch)
    const release = await releaseOf(store, { ...deployment, stackSettings: merged as Json })
    const stack = release && stackOf(release, deployment.platform)
    const stackSettings = checkedSettings(merged, stack) as unknown as Json
    const wanted = { ...deployment, stackSettings }
    if (release) await dryRun(store, await platforms.get(deployment.platform), wanted, release)
    return c.json(deploymentJson(await store.change(deployment.id, { stackSettings }, clock.now())), 200)
  })

  app.openapi(routes.redeploy, async (c) => {
    const deployment = await livingDeployment(store, c.req.valid("param").id)
    const { releaseId } = c.req.valid("json") ?? {}
    const release = releaseId
      ? await installable(store, releaseId, deployment.platform)
      : await newest(store, deployment.platform)
    if (!release)
      throw problem("release_unavailable", {
        message: `there is no release for ${deployment.platform} yet; create one first`,
        context: { platform: deployment.platform },
      })
    const follow = !releaseId && updatesItself(deployment.stackSettings)
    const desiredReleaseId = follow ? null : release.id
    await dryRun(store, await platforms.get(deployment.platform), { ...deployment, desiredReleaseId }, release)
    const changed = await store.change(deployment.id, { desiredReleaseId, hold: false }, clock.now())
    return c.json(deploymentJson(changed), 200)
  })

  app.openapi(routes.retry, async (c) => {
    const deployment = await foundDeployment(store, c.req.valid("param").id)
    if (deployment.status === "deleted") return c.json(deploymentJson(deployment), 200)
    return c.json(deploymentJson(await store.change(deployment.id, { retryRequested: true }, clock.now())), 200)
  })

  app.openapi(routes.deleteDeployment, async (c) => {
    const deployment = await foundDeployment(store, c.req.valid("param").id)
    const { action } = c.req.valid("json")
    if (action === "detach")
      throw problem("delete_action_not_supported", {
        message:
          "detach is not supported yet; use cleanup to delete the objects, or forget to leave them without a record",
      })
    if (deployment.status === "deleted") return c.json(deploymentJson(deployment), 202)
    const patch: DeploymentChange = { deleteAction: action, hold: false, status: "deleting" }
    return c.json(deploymentJson(await store.change(deployment.id, patch, clock.now())), 202)
  })
}
