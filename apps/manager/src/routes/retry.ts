import { routes } from "@alienplatform/api"
import { deploymentJson } from "../answers/deployment-json.ts"
import { viewOf } from "../answers/view.ts"
import { foundDeployment, isGone } from "../deployment/found.ts"
import type { AddRoute } from "./add-route.ts"

export const retry: AddRoute = (app, { store, clock }) => {
  app.openapi(routes.retry, async (c) => {
    const deployment = await foundDeployment(store, c.req.valid("param").id)
    const view = viewOf(c.get("token").role)
    if (await isGone(store, deployment)) return c.json(deploymentJson(deployment, view), 200)
    return c.json(deploymentJson(await store.change(deployment.id, { retryRequested: true }, clock.now()), view), 200)
  })
}
