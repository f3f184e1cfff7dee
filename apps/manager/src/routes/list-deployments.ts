import { routes } from "@alienplatform/api"
import { answerList } from "../answers/answer-list.ts"
import { deploymentsWithLeftovers } from "../answers/deployment-json.ts"
import { viewOf } from "../answers/view.ts"
import { DEFAULT_ID } from "../release/default-id.ts"
import type { AddRoute } from "./add-route.ts"

export const listDeployments: AddRoute = (app, { store }) => {
  app.openapi(routes.listDeployments, async (c) => {
    const { limit, cursor, name, platform, status, deploymentGroupId = DEFAULT_ID } = c.req.valid("query")
    if (deploymentGroupId !== DEFAULT_ID) return c.json({ items: [], nextCursor: null }, 200)
    const { deployment: own, role } = c.get("token")
    const view = viewOf(role)
    const read = async (part: { limit: number; cursor?: string }) => {
      const page = await store.deployments({
        ...part,
        ...(own === null ? {} : { id: own }),
        ...(name === undefined ? {} : { name }),
        ...(platform === undefined ? {} : { platform }),
        ...(status === undefined ? {} : { status }),
      })
      return { items: await deploymentsWithLeftovers(store, page.items, view), nextCursor: page.nextCursor }
    }
    return answerList(c, { limit, cursor }, read, (page) => c.json(page, 200))
  })
}
