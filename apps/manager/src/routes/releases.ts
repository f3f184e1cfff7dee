import { routes } from "@alienplatform/api"
import { problem } from "@alienplatform/core"
import { releaseJson } from "../answers/release-json.ts"
import { notFound } from "../deployment/found.ts"
import type { App } from "../http/app-types.ts"
import { checkedRelease } from "../release/check-release.ts"
import { stackOf } from "../release/declared.ts"
import type { Deps } from "./deps.ts"

export function releaseHandlers(app: App, deps: Deps): void {
  const { store, clock } = deps

  app.openapi(routes.createRelease, async (c) => {
    const release = await checkedRelease(deps, c.req.valid("json"))
    await store.createRelease(release)
    if (!release.draft)
      for (const platform of Object.keys(release.stack))
        await store.wishFollowers(platform, stackOf(release, platform).id, clock.now())
    return c.json(releaseJson(release), 201)
  })

  app.openapi(routes.listReleases, async (c) => {
    const { limit, cursor, drafts } = c.req.valid("query")
    const page = await store.releases({
      limit,
      drafts: drafts === "true",
      ...(cursor === undefined ? {} : { cursor }),
    })
    return c.json({ items: page.items.map(releaseJson), nextCursor: page.nextCursor }, 200)
  })

  app.openapi(routes.latestRelease, async (c) => {
    const release = await store.latestRelease(c.req.valid("query").platform)
    if (!release) throw problem("not_found", { message: "there is no release yet" })
    return c.json(releaseJson(release), 200)
  })

  app.openapi(routes.getRelease, async (c) => {
    const { id } = c.req.valid("param")
    const release = await store.release(id)
    if (!release) throw notFound("release", id)
    return c.json(releaseJson(release), 200)
  })
}
