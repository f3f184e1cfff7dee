import { codeOf } from "@alienplatform/core"
import { isLingering, type ObjectRow } from "@alienplatform/engine"
import type { DeploymentReport, EndpointRow } from "@alienplatform/store"
import type { OpenPlatform } from "../platforms/platforms.ts"
import { accessLost } from "./access-lost.ts"
import { runEngine } from "./run-engine.ts"
import { failureOf } from "./status.ts"
import type { Next, Work } from "./types.ts"

/** An object that was refused for good is looked at again after this long, in ms. */
const LOOK_AGAIN = 5 * 60_000

/**
 * Deletes our objects from any half-built state, or takes our marks off them, with recorded props only: no release is
 * looked at. Of a deployment that is deleted already it goes on with what goes slowly.
 */
export async function destroy(work: Work): Promise<Next> {
  const { store, platforms, deployment, claim, clock, signal } = work
  const { generation, observedGeneration, status } = deployment
  const isWished = generation > observedGeneration
  if (isWished && status !== "deleting") await store.report(claim.lease, { status: "deleting" }, clock.now())
  await markDeleting(work)
  if ((await store.rows(deployment.id)).length === 0) return cleanedUp(work)

  const open = await platforms.get(deployment.platform)
  const lingers = lingersOn(open)
  const { outcome, rows, dueAt } = await deleteObjects(work, open, lingers)
  if (outcome === "destroyed") return cleanedUp(work)
  if (outcome === "lingering") return goesSlowly(work, dueAt)
  if (signal.aborted) return clock.now()
  const left = rows.filter((row) => !lingers(row))
  const failure = accessLost(deployment, left) ?? failureOf(left)
  const patch: DeploymentReport = failure
    ? { status: "delete-failed", observedGeneration: generation }
    : { status: "deleting" }
  await store.report(claim.lease, { ...patch, error: failure, retried: generation }, clock.now())
  return dueAt ?? clock.now() + LOOK_AGAIN
}

/** Drops what is remembered; the objects stay where they are, with their marks. */
export async function forget(work: Work): Promise<Next> {
  // Variables stay, sealed where they are secret: workloads run with them, and an adoption goes on with them.
  await reportDeleted(work)
  await work.store.forget(work.claim.lease, work.clock.now())
  return gone(work)
}

const lingersOn = ({ platform }: OpenPlatform): ((row: ObjectRow) => boolean) => {
  const types = new Map(platform.nodes.map((type) => [type.type, type]))
  return (row) => {
    const type = types.get(row.type)
    return type !== undefined && isLingering(row, type)
  }
}

/** Until nothing is left. Of a deployment that is not deleted yet, until all that is left goes slowly: it need not wait for that. */
async function deleteObjects(work: Work, open: OpenPlatform, lingers: (row: ObjectRow) => boolean) {
  const { deployment } = work
  const detach = deployment.deleteAction === "detach"
  if (deployment.status === "deleted") return runEngine(work, open, { graph: null, detach })
  const over = new AbortController()
  const onChange = (rows: readonly ObjectRow[]) => {
    if (rows.length > 0 && rows.every(lingers)) over.abort()
  }
  return runEngine(work, open, { graph: null, detach, until: over.signal, onChange })
}

/** Nothing serves any more, so the name is free; the rest is tried again and again, whatever becomes of this process. */
async function goesSlowly(work: Work, dueAt: number | null): Promise<Next> {
  const { store, deployment, claim, clock, logger } = work
  const isFirst = deployment.status !== "deleted"
  await reportDeleted(work, { environmentVariables: [] })
  if (!isFirst) return dueAt ?? clock.now() + LOOK_AGAIN
  await store.saveEndpoints(claim.lease, [])
  logger.info({ deployment: deployment.id }, "deployment deleted; what goes slowly is still there")
  return clock.now()
}

/** Leftovers hold no deletion up: nothing refers to them any more. What is detached goes on with its own. */
async function cleanedUp(work: Work): Promise<Next> {
  const { store, platforms, deployment, claim, logger } = work
  if (deployment.deleteAction !== "detach")
    try {
      await (await platforms.get(deployment.platform)).removeLeftovers?.(deployment.id)
    } catch (error) {
      logger.warn({ deployment: deployment.id, code: codeOf(error), err: error }, "leftovers could not be removed")
    }
  // Nobody can read a secret of it any more.
  await reportDeleted(work, { environmentVariables: [] })
  await store.saveEndpoints(claim.lease, [])
  await store.finishDeletion(claim.lease)
  return gone(work)
}

async function reportDeleted({ store, deployment, claim, clock }: Work, patch: DeploymentReport = {}): Promise<void> {
  const now = clock.now()
  const { generation, deletedAt } = deployment
  await store.report(
    claim.lease,
    {
      ...patch,
      status: "deleted",
      deletedAt: deletedAt ?? now,
      error: null,
      observedGeneration: generation,
      retried: generation,
    },
    now,
  )
}

function gone({ deployment, clock, lastLooks, patience, logger }: Work): Next {
  lastLooks.delete(deployment.id)
  patience.seen(deployment, [], clock.now())
  logger.info({ deployment: deployment.id, action: deployment.deleteAction }, "deployment deleted")
  return "gone"
}

async function markDeleting({ store, deployment, claim }: Work): Promise<void> {
  const rows = await store.endpoints(deployment.id)
  const marked = rows.map((row): EndpointRow => ({ ...row, report: { ...row.report, state: "deleting" } }))
  if (JSON.stringify(marked) !== JSON.stringify(rows)) await store.saveEndpoints(claim.lease, marked)
}
