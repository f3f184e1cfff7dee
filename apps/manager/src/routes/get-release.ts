import { routes } from "@alienplatform/api"
import { notFound } from "../answers/not-found.ts"
import { releaseJson } from "../answers/release-json.ts"
import type { AddRoute } from "./add-route.ts"

export const getRelease: AddRoute = (app, { store }) => {
  app.openapi(routes.getRelease, async (c) => {
    const { id } = c.req.valid("param")
    const release = await store.release(id)
    if (!release) throw notFound("release", id)
    return c.json(releaseJson(release), 200)
  })
}
