import { routes } from "@alienplatform/api"
import { declaredResources, stackOf } from "../declared.ts"
import type { Deps } from "../deps.ts"
import type { App } from "../http/app-types.ts"
import { viewOf } from "../http/view.ts"
import { releaseOf } from "../release-of.ts"
import { infoJson } from "./info-json.ts"
import { lookedAt } from "./look.ts"
import { foundDeployment } from "./not-found.ts"

export function infoHandler(app: App, deps: Deps): void {
  const { store, url, clock } = deps
  app.openapi(routes.info, async (c) => {
    const deployment = await foundDeployment(store, c.req.valid("param").id)
    const [release, rows] = await Promise.all([releaseOf(store, deployment), store.endpoints(deployment.id)])
    const resources = release ? declaredResources(stackOf(release, deployment.platform)) : []
    // Workloads ask every 30 s whether anybody looks or not.
    const { role } = c.get("token")
    if (role !== "workload") await lookedAt(deps, deployment, c.get("log"))
    return c.json(infoJson({ deployment, resources, rows, url: url(), now: clock.now() }, viewOf(role)), 200)
  })
}
