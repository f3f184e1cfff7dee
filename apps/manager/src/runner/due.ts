import { hashOf } from "@alienplatform/core"
import type { EndpointReport } from "@alienplatform/domains"
import type { ObjectRow } from "@alienplatform/engine"

const SECOND = 1000
const HOUR = 3600 * SECOND
/** While somebody watches or an endpoint waits. */
const PROBE_EVERY = 5 * SECOND
/** An endpoint that failed, unwatched. */
const FAILED_EVERY = 60 * SECOND
/** The first looks at a new endpoint come sooner. */
const FIRST_PROBE = SECOND / 4

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

/** When to look again: the earliest of what anybody wants. */
export function nextDue({ deployment, now, lastLook, dueAt, reports, watched }: DueArgs): number {
  const wishes = [resyncAt(deployment, lastLook), ...reports.map((report) => probeAt(report, now))]
  if (dueAt !== null) wishes.push(dueAt)
  if (watched) wishes.push(now + PROBE_EVERY)
  return Math.max(now, Math.min(...wishes))
}

function probeAt(report: EndpointReport, now: number): number {
  if (report.state === "ready" || report.state === "deleting") return Number.POSITIVE_INFINITY
  if (report.state === "failed") return now + FAILED_EVERY
  const since = Math.max(...report.conditions.map((condition) => Date.parse(condition.since)), 0)
  const age = since === 0 ? 0 : now - since
  // What has not begun yet did so before the clock was set back.
  if (age < 0) return now + PROBE_EVERY
  return now + Math.min(PROBE_EVERY, Math.max(FIRST_PROBE, age / 2))
}
