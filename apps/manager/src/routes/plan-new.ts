import { type PlanResponse, routes } from "@alienplatform/api"
import { planText } from "@alienplatform/engine"
import { checkAdoption, isAdopt } from "../deployment/adopt.ts"
import { checkDeployment } from "../deployment/check-deployment.ts"
import { nameTaken } from "../deployment/name-taken.ts"
import { provisionalDeployment } from "../release/dry-run.ts"
import { nextRelease } from "../release/release-of.ts"
import type { AddRoute } from "./add-route.ts"

export const planNew: AddRoute = (app, deps) => {
  const { store, clock, planner } = deps

  app.openapi(routes.planNew, async (c) => {
    const body = c.req.valid("json")
    const known = await store.deploymentByName(body.name)
    if (known) throw nameTaken(known, `plan it with POST /v1/deployments/${known.id}/plan`)
    const deployment = isAdopt(body)
      ? (await checkAdoption(deps, body)).deployment
      : provisionalDeployment(await checkDeployment(deps, body))
    const release = await nextRelease(store, deployment)
    const plan = await planner.preview(deployment, release)
    const answer: PlanResponse = {
      status: "ready",
      createdAt: new Date(clock.now()).toISOString(),
      releaseId: release.id,
      plan,
      text: planText(plan),
      resourcePrefix: deployment.resourcePrefix,
    }
    return c.json(answer, 200)
  })
}
