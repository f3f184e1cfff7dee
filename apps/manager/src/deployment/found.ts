import { problem } from "@alienplatform/core"
import type { Deployment, Store } from "@alienplatform/store"
import { notFound } from "../answers/not-found.ts"

/** Throws `not_found`. */
export async function findDeployment(store: Store, id: string): Promise<Deployment> {
  const deployment = await store.deployment(id)
  if (!deployment) throw notFound("deployment", id)
  return deployment
}

/** Throws `deployment_deleting` once deletion was asked for: nothing else can be requested then. */
export async function findLivingDeployment(store: Store, id: string): Promise<Deployment> {
  const deployment = await findDeployment(store, id)
  if (deployment.deleteAction === null && deployment.status !== "deleted") return deployment
  throw problem("deployment_deleting", {
    message: `deployment ${deployment.name} is ${deployment.status === "deleted" ? "deleted" : "being deleted"}; create another one`,
    context: { status: deployment.status },
  })
}

/**
 * Is nothing left of a deployment? Objects that go slowly may outlast the status `deleted`; until then another action
 * may be asked for.
 */
export const isGone = async (store: Store, { id, status }: Deployment): Promise<boolean> =>
  status === "deleted" && (await store.leftovers([id])).length === 0
