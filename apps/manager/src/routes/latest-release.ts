import { routes } from "@alienplatform/api"
import { problem } from "@alienplatform/core"
import { releaseJson } from "../answers/release-json.ts"
import type { AddRoute } from "./add-route.ts"

export const latestRelease: AddRoute = (app, { store }) => {
  app.openapi(routes.latestRelease, async (c) => {
    const release = await store.latestRelease(c.req.valid("query").platform)
    if (!release) throw problem("not_found", { message: "there is no release yet" })
    return c.json(releaseJson(release), 200)
  })
}
