import { routes } from "@alienplatform/api"
import { releaseJson } from "../answers/release-json.ts"
import type { AddRoute } from "./add-route.ts"

export const listReleases: AddRoute = (app, { store }) => {
  app.openapi(routes.listReleases, async (c) => {
    const { limit, cursor, drafts } = c.req.valid("query")
    const page = await store.releases({
      limit,
      drafts: drafts === "true",
      ...(cursor === undefined ? {} : { cursor }),
    })
    return c.json({ items: page.items.map(releaseJson), nextCursor: page.nextCursor }, 200)
  })
}
