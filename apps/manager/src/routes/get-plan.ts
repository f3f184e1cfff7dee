import { type PlanResponse, routes } from "@alienplatform/api"
import { problem } from "@alienplatform/core"
import { viewOf } from "../answers/view.ts"
import { foundDeployment } from "../deployment/found.ts"
import type { AddRoute } from "./add-route.ts"

export const getPlan: AddRoute = (app, { store, planner }) => {
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
