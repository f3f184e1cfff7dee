import { routes } from "@alienplatform/api"
import { deploymentJson } from "../answers/deployment-json.ts"
import { viewOf } from "../answers/view.ts"
import { findLivingDeployment } from "../deployment/found.ts"
import { refuseOtherStack } from "../deployment/other-stack.ts"
import { stackOf } from "../release/declared.ts"
import { dryRun } from "../release/dry-run.ts"
import {
  findInstallableRelease,
  isNewest,
  newestRelease,
  noReleaseYet,
  rollbackRelease,
  updatesItself,
} from "../release/release-of.ts"
import type { AddRoute } from "./add-route.ts"

export const redeploy: AddRoute = (app, deps) => {
  const { store, clock, platforms } = deps

  app.openapi(routes.redeploy, async (c) => {
    const deployment = await findLivingDeployment(store, c.req.valid("param").id)
    const { releaseId, previous, otherStack } = c.req.valid("json") ?? {}
    const asked = previous ? await rollbackRelease(store, deployment) : releaseId
    const { platform } = deployment
    const release = asked
      ? await findInstallableRelease(store, asked, platform)
      : await newestRelease(store, deployment)
    if (!release) throw noReleaseYet(platform)
    // Who asks for the newest one of a stack follows what comes after it; a rollback stays where it went.
    const stackId = stackOf(release, platform).id
    // A rollback goes to what was asked for once.
    refuseOtherStack(deployment, { id: release.id, stackId }, otherStack === true || previous === true)
    const last = await newestRelease(store, { platform, stackId })
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
}
