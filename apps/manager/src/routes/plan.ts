import { type PlanResponse, routes } from "@alienplatform/api"
import { problem } from "@alienplatform/core"
import { planText } from "@alienplatform/engine"
import { viewOf } from "../answers/view.ts"
import { checkedAdoption, isAdopt } from "../deployment/adopt.ts"
import { foundDeployment, livingDeployment } from "../deployment/found.ts"
import { mergePatch } from "../deployment/merge-patch.ts"
import { checkedSettings } from "../deployment/settings.ts"
import type { App } from "../http/app-types.ts"
import { dryRun, provisional } from "../release/dry-run.ts"
import { installable } from "../release/release-of.ts"
import { checkedDeployment, nameTaken, nextRelease } from "./deployments.ts"
import type { Deps } from "./deps.ts"

/** Stands where the names of a new deployment's objects will have a prefix of their own, which is as long. */
const PREFIX = "xxxxxxxx"

export function planHandlers(app: App, deps: Deps): void {
  const { store, clock, platforms, planner } = deps

  app.openapi(routes.createPlan, async (c) => {
    const deployment = await livingDeployment(store, c.req.valid("param").id)
    const { releaseId, stackSettings: patch } = c.req.valid("json") ?? {}
    const open = await platforms.get(deployment.platform)
    const merged = mergePatch(deployment.stackSettings, patch ?? {})
    const stackSettings = checkedSettings(open.platform, merged)
    const release = releaseId
      ? await installable(store, releaseId, deployment.platform)
      : await nextRelease(deps, { ...deployment, stackSettings })
    await dryRun(deps, open, { ...deployment, stackSettings }, release)
    const requestedAt = await planner.start(deployment.id, { releaseId: release.id, stackSettings })
    return c.json({ requestedAt: new Date(requestedAt).toISOString() }, 202)
  })

  app.openapi(routes.planNew, async (c) => {
    const body = c.req.valid("json")
    const known = await store.deploymentByName(body.name)
    if (known) throw nameTaken(known, `plan it with POST /v1/deployments/${known.id}/plan`)
    const deployment = isAdopt(body)
      ? (await checkedAdoption(deps, body)).deployment
      : provisional(await checkedDeployment(deps, { ...body, resourcePrefix: PREFIX }))
    const release = await nextRelease(deps, deployment)
    const plan = await planner.preview(deployment, release)
    const answer: PlanResponse = {
      status: "ready",
      createdAt: new Date(clock.now()).toISOString(),
      releaseId: release.id,
      plan,
      text: planText(plan),
    }
    return c.json(answer, 200)
  })

  app.openapi(routes.getPlan, async (c) => {
    const deployment = await foundDeployment(store, c.req.valid("param").id)
    const plan = await planner.read(deployment.id, viewOf(c.get("token").role))
    if (!plan)
      throw problem("not_found", {
        message: `no plan was asked for; ask with POST /v1/deployments/${deployment.id}/plan`,
      })
    return c.json(plan satisfies PlanResponse, 200)
  })
}
