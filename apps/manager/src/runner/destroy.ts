import type { Json } from "@alienplatform/core"
import { runDeployment } from "@alienplatform/engine"
import type { EndpointRow } from "@alienplatform/store"
import { retryRequested } from "../retry-mark.ts"
import { failureOf } from "./status.ts"
import { LEASE_FOR, type Next, type Work } from "./types.ts"

/** An object that was refused for good is looked at again after this long, in ms. */
const LOOK_AGAIN = 5 * 60_000

/** Deletes our objects from any half-built state, with recorded props only: no release is looked at. */
export async function destroy(work: Work): Promise<Next> {
  const { store, platforms, deployment, claim, clock, signal } = work
  if (deployment.status !== "deleting" || retryRequested(deployment.error))
    await store.report(claim.lease, { status: "deleting" }, clock.now())
  await markDeleting(work)
  if ((await store.rows(deployment.id)).length === 0) return deleted(work)

  const open = await platforms.get(deployment.platform)
  await open.prepare?.()
  const result = await runDeployment({
    store,
    lease: claim.lease,
    platform: open.platform,
    context: open.context,
    installation: work.installation,
    deployment: deployment.id,
    graph: null,
    secretKey: work.secretKey,
    clock,
    limiter: open.limiter,
    leaseFor: LEASE_FOR,
    signal,
    retry: retryRequested(deployment.error),
  })
  if (result.outcome === "destroyed") return deleted(work)
  if (signal.aborted) return clock.now()
  const failure = failureOf(result.rows)
  const { generation } = deployment
  const patch = failure ? ({ status: "delete-failed", observedGeneration: generation } as const) : {}
  await store.report(claim.lease, { ...patch, error: failure as Json }, clock.now())
  return result.dueAt ?? clock.now() + LOOK_AGAIN
}

/** Drops what is remembered; the objects stay where they are, with their marks. */
export async function forget(work: Work): Promise<Next> {
  const { store, deployment, claim } = work
  const rows = await store.rows(deployment.id)
  await store.save(claim.lease, { remove: rows.map(({ object }) => object) })
  return deleted(work)
}

async function deleted({ store, deployment, claim, clock, lastLooks, logger }: Work): Promise<Next> {
  const now = clock.now()
  await store.saveEndpoints(claim.lease, [])
  const { generation } = deployment
  const patch = { status: "deleted", deletedAt: now, error: null, observedGeneration: generation } as const
  await store.report(claim.lease, patch, now)
  await store.forget(claim.lease)
  lastLooks.delete(deployment.id)
  logger.info({ deployment: deployment.id, action: deployment.deleteAction }, "deployment deleted")
  return "gone"
}

async function markDeleting({ store, deployment, claim }: Work): Promise<void> {
  const rows = await store.endpoints(deployment.id)
  const marked = rows.map((row): EndpointRow => ({ ...row, body: { ...(row.body as object), state: "deleting" } }))
  if (JSON.stringify(marked) !== JSON.stringify(rows)) await store.saveEndpoints(claim.lease, marked)
}
