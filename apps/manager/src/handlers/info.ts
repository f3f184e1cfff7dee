import { routes } from "@alienplatform/api"
import { declaredResources, stackOf } from "../declared.ts"
import type { Deps } from "../deps.ts"
import type { App } from "../http/app-types.ts"
import { releaseOf } from "../release-of.ts"
import { infoJson } from "./info-json.ts"
import { foundDeployment } from "./not-found.ts"

export function infoHandler(app: App, { store, clock, watched, url }: Deps): void {
  app.openapi(routes.info, async (c) => {
    const deployment = await foundDeployment(store, c.req.valid("param").id)
    const [release, rows] = await Promise.all([releaseOf(store, deployment), store.endpoints(deployment.id)])
    const resources = release ? declaredResources(stackOf(release, deployment.platform)) : []
    const now = clock.now()
    // A read that starts the watching brings the next look forward; those after it write nothing.
    if (deployment.status !== "deleted" && watched.read(deployment.id, now) && !deployment.hold)
      await store.wish(deployment.id, now)
    return c.json(infoJson(deployment, resources, rows, url()), 200)
  })
}
