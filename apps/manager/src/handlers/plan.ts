import { type PlanResponse, routes } from "@alienplatform/api"
import type { Json } from "@alienplatform/core"
import { problem } from "@alienplatform/core"
import type { Deps } from "../deps.ts"
import { dryRun } from "../dry-run.ts"
import type { App } from "../http/app-types.ts"
import { mergePatch } from "../merge-patch.ts"
import { installable } from "../release-of.ts"
import { checkedSettings } from "../settings.ts"
import { nextRelease } from "./deployments.ts"
import { foundDeployment, livingDeployment } from "./not-found.ts"

export function planHandlers(app: App, deps: Deps): void {
  const { store, platforms, planner } = deps

  app.openapi(routes.createPlan, async (c) => {
    const deployment = await livingDeployment(store, c.req.valid("param").id)
    const { releaseId, stackSettings: patch } = c.req.valid("json") ?? {}
    const stackSettings = checkedSettings(mergePatch(deployment.stackSettings, patch ?? {})) as unknown as Json
    const release = releaseId
      ? await installable(store, releaseId, deployment.platform)
      : await nextRelease(deps, { ...deployment, stackSettings })
    await dryRun(store, await platforms.get(deployment.platform), { ...deployment, stackSettings }, release)
    const requestedAt = await planner.start(deployment.id, { releaseId: release.id, stackSettings })
    return c.json({ requestedAt: new Date(requestedAt).toISOString() }, 202)
  })

  app.openapi(routes.getPlan, async (c) => {
    const deployment = await foundDeployment(store, c.req.valid("param").id)
    const plan = await planner.read(deployment.id)
    if (!plan)
      throw problem("not_found", {
        message: `no plan was asked for; ask with POST /v1/deployments/${deployment.id}/plan`,
      })
    return c.json(plan satisfies PlanResponse, 200)
  })
}
