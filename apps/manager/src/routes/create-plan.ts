import { routes } from "@alienplatform/api"
import { findLivingDeployment } from "../deployment/found.ts"
import { refuseOtherStack } from "../deployment/other-stack.ts"
import { checkPatchedSettings } from "../deployment/patch-settings.ts"
import { stackOf } from "../release/declared.ts"
import { dryRun } from "../release/dry-run.ts"
import { findInstallableRelease, nextRelease } from "../release/release-of.ts"
import type { AddRoute } from "./add-route.ts"

export const createPlan: AddRoute = (app, deps) => {
  const { store, platforms, planner } = deps

  app.openapi(routes.createPlan, async (c) => {
    const deployment = await findLivingDeployment(store, c.req.valid("param").id)
    const { releaseId, stackSettings: patch, otherStack } = c.req.valid("json") ?? {}
    const open = await platforms.get(deployment.platform)
    const stackSettings = checkPatchedSettings(open.platform, { stored: deployment.stackSettings, patch })
    const release = releaseId
      ? await findInstallableRelease(store, releaseId, deployment.platform)
      : await nextRelease(store, { ...deployment, stackSettings })
    const stackId = stackOf(release, deployment.platform).id
    refuseOtherStack(deployment, { id: release.id, stackId }, otherStack === true)
    await dryRun(deps, open, { ...deployment, stackSettings }, release)
    const requestedAt = await planner.start(deployment.id, { releaseId: release.id, stackSettings })
    return c.json({ requestedAt: new Date(requestedAt).toISOString() }, 202)
  })
}
