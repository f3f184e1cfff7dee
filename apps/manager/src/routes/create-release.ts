import { routes } from "@alienplatform/api"
import { releaseJson } from "../answers/release-json.ts"
import { checkedRelease } from "../release/check-release.ts"
import { stackOf } from "../release/declared.ts"
import type { AddRoute } from "./add-route.ts"

export const createRelease: AddRoute = (app, deps) => {
  const { store, clock } = deps

  app.openapi(routes.createRelease, async (c) => {
    const release = await checkedRelease(deps, c.req.valid("json"))
    await store.createRelease(release)
    if (!release.draft)
      for (const platform of Object.keys(release.stack))
        await store.requestFollowerRuns(platform, stackOf(release, platform).id, clock.now())
    return c.json(releaseJson(release), 201)
  })
}
