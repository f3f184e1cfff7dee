import { routes } from "@alienplatform/api"
import { allWithCleanup, DEFAULT } from "../answers/deployment-json.ts"
import { viewOf } from "../answers/view.ts"
import type { AddRoute } from "./add-route.ts"

export const listDeployments: AddRoute = (app, { store }) => {
  app.openapi(routes.listDeployments, async (c) => {
    const { limit, cursor, name, platform, status, deploymentGroupId = DEFAULT } = c.req.valid("query")
    if (deploymentGroupId !== DEFAULT) return c.json({ items: [], nextCursor: null }, 200)
    const { deployment: own, role } = c.get("token")
    const view = viewOf(role)
    const page = await store.deployments({
      limit,
      ...(own === null ? {} : { id: own }),
      ...(cursor === undefined ? {} : { cursor }),
      ...(name === undefined ? {} : { name }),
      ...(platform === undefined ? {} : { platform }),
      ...(status === undefined ? {} : { status }),
    })
    const items = await allWithCleanup(store, page.items, view)
    return c.json({ items, nextCursor: page.nextCursor }, 200)
  })
}
