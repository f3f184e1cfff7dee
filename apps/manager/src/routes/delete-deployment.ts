import { routes } from "@alienplatform/api"
import { type DeleteAction, problem } from "@alienplatform/core"
import type { Deployment, DeploymentChange } from "@alienplatform/store"
import { deploymentJson } from "../answers/deployment-json.ts"
import { viewOf } from "../answers/view.ts"
import { findDeployment, isGone } from "../deployment/found.ts"
import type { Platforms } from "../platforms/platforms.ts"
import type { AddRoute } from "./add-route.ts"

export const deleteDeployment: AddRoute = (app, { store, clock, platforms }) => {
  app.openapi(routes.deleteDeployment, async (c) => {
    const deployment = await findDeployment(store, c.req.valid("param").id)
    const action = actionOf(c.req.valid("json").action)
    const view = viewOf(c.get("token").role)
    const accepted = (now: Deployment) => ({ ...deploymentJson(now, view), ...acceptance(now, action) })
    if (await isGone(store, deployment)) return c.json(accepted(deployment), 202)
    if (action === "detach") await refuseUndetachable(platforms, deployment)
    const patch: DeploymentChange = { deleteAction: action, hold: false, status: "deleting", error: null }
    return c.json(accepted(await store.change(deployment.id, patch, clock.now())), 202)
  })
}

const acceptance = ({ name, status }: Deployment, action: DeleteAction) => ({
  action,
  message: status === "deleted" ? `${name} is deleted` : `${name} is being deleted (${action})`,
  cleanupRequired: false as const,
})

/** Where nobody else could run what is left, it would run for ever. */
async function refuseUndetachable(platforms: Platforms, { name, platform }: Deployment): Promise<void> {
  if (!platforms.has(platform)) return
  const { undetachable } = (await platforms.get(platform)).platform
  if (undetachable === undefined) return
  throw problem("detach_not_supported", {
    message: `${name} cannot be detached: ${undetachable}; use cleanup to delete the objects, or forget to leave them until the deployment is adopted`,
    context: { platform },
  })
}

function actionOf(asked: DeleteAction | "retain" | "erase"): DeleteAction {
  if (asked !== "retain" && asked !== "erase") return asked
  throw problem("not_supported", {
    message: `action ${asked} is not taken here; cleanup deletes every object, forget leaves them until the deployment is adopted`,
    context: { action: asked },
  })
}
