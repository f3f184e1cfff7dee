import { codeOf, type Json } from "@alienplatform/core"
import type { DeploymentReport, EndpointRow } from "@alienplatform/store"
import { runEngine } from "./run-engine.ts"
import { failureOf } from "./status.ts"
import type { Next, Work } from "./types.ts"

/** An object that was refused for good is looked at again after this long, in ms. */
const LOOK_AGAIN = 5 * 60_000

/** Deletes our objects from any half-built state, with recorded props only: no release is looked at. */
export async function destroy(work: Work): Promise<Next> {
  const { store, platforms, deployment, claim, clock, signal } = work
  if (deployment.status !== "deleting") await store.report(claim.lease, { status: "deleting" }, clock.now())
  await markDeleting(work)
  if ((await store.rows(deployment.id)).length === 0) return cleanedUp(work)

  const result = await runEngine(work, await platforms.get(deployment.platform), { graph: null })
  if (result.outcome === "destroyed") return cleanedUp(work)
  if (signal.aborted) return clock.now()
  const failure = failureOf(result.rows)
  const { generation } = deployment
  const patch = failure ? ({ status: "delete-failed", observedGeneration: generation } as const) : {}
  await store.report(claim.lease, { ...patch, error: failure as Json, retried: generation }, clock.now())
  return result.dueAt ?? clock.now() + LOOK_AGAIN
}

/** Drops what is remembered; the objects stay where they are, with their marks. */
export async function forget(work: Work): Promise<Next> {
  await reportDeleted(work)
  await work.store.forget(work.claim.lease, work.clock.now())
  return gone(work)
}

/** Leftovers hold no deletion up: nothing refers to them any more. */
async function cleanedUp(work: Work): Promise<Next> {
  const { platforms, deployment, logger } = work
  try {
    await (await platforms.get(deployment.platform)).removeLeftovers?.(deployment.id)
  } catch (error) {
    logger.warn({ deployment: deployment.id, code: codeOf(error), err: error }, "leftovers could not be removed")
  }
  await reportDeleted(work)
  await work.store.saveEndpoints(work.claim.lease, [])
  await work.store.finishDeletion(work.claim.lease)
  return gone(work)
}

async function reportDeleted({ store, deployment, claim, clock }: Work): Promise<void> {
  const now = clock.now()
  const { generation } = deployment
  const patch: DeploymentReport = {
    status: "deleted",
    deletedAt: now,
    error: null,
    // Nobody can read a secret of it any more.
    environmentVariables: [],
    observedGeneration: generation,
    retried: generation,
  }
  await store.report(claim.lease, patch, now)
}

function gone({ deployment, clock, lastLooks, patience, logger }: Work): Next {
  lastLooks.delete(deployment.id)
  patience.seen(deployment, [], clock.now())
  logger.info({ deployment: deployment.id, action: deployment.deleteAction }, "deployment deleted")
  return "gone"
}

async function markDeleting({ store, deployment, claim }: Work): Promise<void> {
  const rows = await store.endpoints(deployment.id)
  const marked = rows.map((row): EndpointRow => ({ ...row, body: { ...(row.body as object), state: "deleting" } }))
  if (JSON.stringify(marked) !== JSON.stringify(rows)) await store.saveEndpoints(claim.lease, marked)
}
