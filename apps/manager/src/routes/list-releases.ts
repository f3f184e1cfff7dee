import { routes } from "@alienplatform/api"
import { answerList } from "../answers/answer-list.ts"
import { releaseJson } from "../answers/release-json.ts"
import type { AddRoute } from "./add-route.ts"

export const listReleases: AddRoute = (app, { store }) => {
  app.openapi(routes.listReleases, (c) => {
    const { drafts, ...asked } = c.req.valid("query")
    const read = async (page: { limit: number; cursor?: string }) => {
      const { items, nextCursor } = await store.releases({ ...page, drafts: drafts === "true" })
      return { items: items.map(releaseJson), nextCursor }
    }
    return answerList(c, asked, read, (page) => c.json(page, 200))
  })
}
