import { routes } from "@alienplatform/api"
import type { Deployment } from "@alienplatform/store"
import type { Logger } from "pino"
import { infoJson } from "../answers/info-json.ts"
import { viewOf } from "../answers/view.ts"
import { findDeployment } from "../deployment/found.ts"
import { noteWatcher } from "../deployment/note-watcher.ts"
import { declaredResources, stackOf } from "../release/declared.ts"
import { releaseOf } from "../release/release-of.ts"
import type { AddRoute } from "./add-route.ts"
import type { Deps } from "./deps.ts"

export const info: AddRoute = (app, deps) => {
  const { store, url, clock } = deps
  app.openapi(routes.info, async (c) => {
    const deployment = await findDeployment(store, c.req.valid("param").id)
    const [release, rows] = await Promise.all([releaseOf(store, deployment), store.endpoints(deployment.id)])
    // That of a deleted deployment may be removed.
    const resources =
      release && release.removedAt === undefined ? declaredResources(stackOf(release, deployment.platform)) : []
    // Workloads ask every 30 s whether anybody looks or not.
    const { role } = c.get("token")
    if (role !== "workload") await noteWatcher(deps, deployment, c.get("log"))
    const replicas = role === "workload" ? undefined : await replicasOf(deps, deployment, c.get("log"))
    return c.json(infoJson({ deployment, resources, rows, replicas, url: url(), now: clock.now() }, viewOf(role)), 200)
  })
}

/** How the workloads fare; what cannot be asked for is left out, the rest is answered all the same. */
async function replicasOf({ platforms }: Deps, { id, platform: name }: Deployment, log: Logger) {
  try {
    const { platform, context } = await platforms.get(name)
    return await platform.replicas?.(context, id)
  } catch (error) {
    log.debug({ deployment: id, err: error }, "the platform could not be asked how workloads fare")
    return undefined
  }
}
