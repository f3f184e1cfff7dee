import { routes } from "@alienplatform/api"
import { livingDeployment } from "../deployment/found.ts"
import { mergePatch } from "../deployment/merge-patch.ts"
import { checkedSettings } from "../deployment/settings.ts"
import { dryRun } from "../release/dry-run.ts"
import { installable, nextRelease } from "../release/release-of.ts"
import type { AddRoute } from "./add-route.ts"

export const createPlan: AddRoute = (app, deps) => {
  const { store, platforms, planner } = deps

  app.openapi(routes.createPlan, async (c) => {
    const deployment = await livingDeployment(store, c.req.valid("param").id)
    const { releaseId, stackSettings: patch } = c.req.valid("json") ?? {}
    const open = await platforms.get(deployment.platform)
    const merged = mergePatch(deployment.stackSettings, patch ?? {})
    const stackSettings = checkedSettings(open.platform, merged)
    const release = releaseId
      ? await installable(store, releaseId, deployment.platform)
      : await nextRelease(store, { ...deployment, stackSettings })
    await dryRun(deps, open, { ...deployment, stackSettings }, release)
    const requestedAt = await planner.start(deployment.id, { releaseId: release.id, stackSettings })
    return c.json({ requestedAt: new Date(requestedAt).toISOString() }, 202)
  })
}
