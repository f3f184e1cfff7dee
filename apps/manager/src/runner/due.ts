import type { EndpointReport } from "@alienplatform/core"
import { hashOf } from "@alienplatform/core"
import type { ObjectRow } from "@alienplatform/engine"

const SECOND = 1000
const HOUR = 3600 * SECOND
/** While somebody watches. */
export const PROBE_EVERY_MS = 5 * SECOND
/** The first looks at a new endpoint come soon; half of what it has been waiting passes before each further one. */
const FIRST_PROBE_MS = SECOND / 4
/** The engine is asked no sooner whether an endpoint that is not ready has lost an object. */
const FIRST_LOOK_MS = 30 * SECOND

/** Everything is looked at again after 6 hours, spread by hash over the last one. */
export const resyncAt = (deployment: string, lastLook: number): number =>
  lastLook + 5 * HOUR + (Number.parseInt(hashOf(deployment).slice(0, 8), 16) / 2 ** 32) * HOUR

export const earliestRead = (rows: readonly ObjectRow[]): number | null =>
  rows.reduce<number | null>(
    (best, { nextReadAt }) => (nextReadAt === null ? best : Math.min(best ?? nextReadAt, nextReadAt)),
    null,
  )

export interface DueArgs {
  deployment: string
  now: number
  lastLook: number
  /** What the engine asks for. */
  dueAt: number | null
  reports: readonly EndpointReport[]
  watched: boolean
}

/** Time of the next look: the earliest that resync, engine, probes or a watcher need, ms since the epoch. */
export function nextDue({ deployment, now, lastLook, dueAt, reports, watched }: DueArgs): number {
  const times = [
    resyncAt(deployment, lastLook),
    lookAgainAt(reports, lastLook),
    ...reports.map((report) => probeAt(report, now)),
  ]
  if (dueAt !== null) times.push(dueAt)
  // What is ready is looked at without a run.
  if (watched && !isReady(reports)) times.push(now + PROBE_EVERY_MS)
  return Math.max(now, Math.min(...times))
}

export const isReady = (reports: readonly EndpointReport[]): boolean => reports.every(({ state }) => state === "ready")

function probeAt(report: EndpointReport, now: number): number {
  if (report.state === "ready" || report.state === "deleting") return Number.POSITIVE_INFINITY
  return now + Math.max(FIRST_PROBE_MS, ageOf(report, now) / 2)
}

/** How long an endpoint has been as it is, ms. */
function ageOf({ conditions }: EndpointReport, now: number): number {
  const since = Math.max(...conditions.map((condition) => Date.parse(condition.since)), 0)
  // What has not begun yet did so before the clock was set back.
  return since === 0 || since > now ? 0 : now - since
}

/** From when on the engine is asked about endpoints that are not ready: less and less often, as they are probed. */
export function lookAgainAt(reports: readonly EndpointReport[], lastLook: number): number {
  const ages = reports.flatMap((report) =>
    report.state === "ready" || report.state === "deleting" ? [] : [ageOf(report, lastLook)],
  )
  return ages.length === 0 ? Number.POSITIVE_INFINITY : lastLook + Math.max(FIRST_LOOK_MS, Math.min(...ages) / 2)
}
