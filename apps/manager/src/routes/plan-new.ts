import { type PlanResponse, routes } from "@alienplatform/api"
import { planText } from "@alienplatform/engine"
import { checkedAdoption, isAdopt } from "../deployment/adopt.ts"
import { checkedDeployment } from "../deployment/check-deployment.ts"
import { nameTaken } from "../deployment/name-taken.ts"
import { provisional } from "../release/dry-run.ts"
import { nextRelease } from "../release/release-of.ts"
import type { AddRoute } from "./add-route.ts"

/** Stands where the names of a new deployment's objects will have a prefix of their own, which is as long. */
const PREFIX = "xxxxxxxx"

export const planNew: AddRoute = (app, deps) => {
  const { store, clock, planner } = deps

  app.openapi(routes.planNew, async (c) => {
    const body = c.req.valid("json")
    const known = await store.deploymentByName(body.name)
    if (known) throw nameTaken(known, `plan it with POST /v1/deployments/${known.id}/plan`)
    const deployment = isAdopt(body)
      ? (await checkedAdoption(deps, body)).deployment
      : provisional(await checkedDeployment(deps, { ...body, resourcePrefix: PREFIX }))
    const release = await nextRelease(store, deployment)
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
}
