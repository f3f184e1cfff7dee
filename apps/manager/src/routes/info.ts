import { routes } from "@alienplatform/api"
import { infoJson } from "../answers/info-json.ts"
import { viewOf } from "../answers/view.ts"
import { foundDeployment } from "../deployment/found.ts"
import { lookedAt } from "../deployment/look.ts"
import { declaredResources, stackOf } from "../release/declared.ts"
import { releaseOf } from "../release/release-of.ts"
import type { AddRoute } from "./add-route.ts"

export const info: AddRoute = (app, deps) => {
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
