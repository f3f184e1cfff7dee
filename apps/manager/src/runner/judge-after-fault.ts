import { type Condition, codeOf, type EndpointReport, type ErrorJson, type HostReport } from "@alienplatform/core"
import { currentRows } from "@alienplatform/engine"
import type { EndpointRow } from "@alienplatform/store"
import { expandFor } from "../release/dry-run.ts"
import { releaseOf } from "../release/release-of.ts"
import { observe } from "./observe.ts"
import type { Work } from "./types.ts"

/**
 * After a run that could not look at a deployment: its endpoints are asked directly. Where not even that can be done,
 * none is called ready any more and its conditions carry the fault.
 */
export async function judgeAfterFault(work: Work, fault: ErrorJson): Promise<void> {
  const { store, deployment, claim, logger } = work
  try {
    await look(work)
  } catch (error) {
    if (codeOf(error) === "lease_lost") throw error
    logger.warn({ deployment: deployment.id, code: codeOf(error), err: error }, "endpoints could not be asked")
    const rows = await store.endpoints(deployment.id)
    const now = new Date(work.clock.now()).toISOString()
    const unknown = rows.map((row): EndpointRow => ({ ...row, report: notKnown(row.report, fault, now) }))
    await store.saveEndpoints(claim.lease, unknown)
  }
}

async function look(work: Work): Promise<void> {
  const { store, deployment, clock, sealer } = work
  const release = await releaseOf(store, deployment)
  if (!release) return
  const open = await work.platforms.get(deployment.platform)
  const { endpoints } = expandFor(open, deployment, release, {
    sealer,
    choices: await store.choices(deployment.id),
  })
  const observer = await observe(work, open, endpoints)
  await observer.finish(currentRows(await store.rows(deployment.id), clock.now()))
}

function notKnown(report: EndpointReport, fault: ErrorJson, now: string): EndpointReport {
  const conditions = (all: readonly Condition[]) => all.map((one) => unseen(one, fault, now))
  const stateOf = ({ state }: Pick<HostReport, "state">) => (state === "ready" ? "provisioning" : state)
  return {
    ...report,
    state: stateOf(report),
    conditions: conditions(report.conditions),
    hosts: report.hosts.map((host) => ({ ...host, state: stateOf(host), conditions: conditions(host.conditions) })),
  }
}

/** That it answered is no longer known; what was found missing before still is. */
function unseen(condition: Condition, { code, message }: ErrorJson, now: string): Condition {
  if (condition.type !== "reachable" || condition.status !== "ok") return condition
  return { ...condition, status: "waiting", on: "manager", code, message, since: now }
}
