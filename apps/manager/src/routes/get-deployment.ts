import { routes } from "@alienplatform/api"
import { withCleanup } from "../answers/deployment-json.ts"
import { viewOf } from "../answers/view.ts"
import { foundDeployment } from "../deployment/found.ts"
import type { AddRoute } from "./add-route.ts"

export const getDeployment: AddRoute = (app, { store }) => {
  app.openapi(routes.getDeployment, async (c) => {
    const deployment = await foundDeployment(store, c.req.valid("param").id)
    return c.json(await withCleanup(store, deployment, viewOf(c.get("token").role)), 200)
  })
}
