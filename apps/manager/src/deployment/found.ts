import { type AlienError, problem } from "@alienplatform/core"
import type { Deployment, Store } from "@alienplatform/store"

/** The same for what never was and what may not be seen. */
export const notFound = (what: "release" | "deployment" | "token", id: string): AlienError =>
  problem("not_found", { message: `there is no ${what} ${id.slice(0, 64)}`, context: { [what]: id } })

/** Throws `not_found`. */
export async function foundDeployment(store: Store, id: string): Promise<Deployment> {
  const deployment = await store.deployment(id)
  if (!deployment) throw notFound("deployment", id)
  return deployment
}

/** Throws `deployment_deleting` once deletion was asked for: nothing else can be wished for then. */
export async function livingDeployment(store: Store, id: string): Promise<Deployment> {
  const deployment = await foundDeployment(store, id)
  if (deployment.deleteAction === null && deployment.status !== "deleted") return deployment
  throw problem("deployment_deleting", {
    message: `deployment ${deployment.name} is ${deployment.status === "deleted" ? "deleted" : "being deleted"}; create another one`,
    context: { status: deployment.status },
  })
}
