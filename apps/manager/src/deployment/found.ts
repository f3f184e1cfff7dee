import { problem } from "@alienplatform/core"
import type { Deployment, Store } from "@alienplatform/store"
import { notFound } from "../answers/not-found.ts"

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

/** Of a deployment that is deleted objects may be left that go slowly: one may still ask to hurry, or to leave them. */
export const isGone = async (store: Store, { id, status }: Deployment): Promise<boolean> =>
  status === "deleted" && (await store.leftovers([id])).length === 0
