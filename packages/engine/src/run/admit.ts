import { YIELD_MS } from "../decide/schedule.ts"
import type { Wanted } from "../decide/wanted.ts"
import { type AnyNodeType, isCalled } from "../declare/node-type.ts"
import { traitsOf } from "../declare/traits-of.ts"
import type { EngineEvent } from "../record/object-store.ts"
import type { ObjectRow, Reserved, Verb } from "../record/row.ts"
import type { Place } from "./limiter.ts"
import type { RunState } from "./run-state.ts"
import { serialKeyOf } from "./serial-keys.ts"

/** Delay before a key shared with other deployments is asked for again, ms. */
const KEY_RETRY_MS = 3_000

export interface Admission {
  row: ObjectRow
  type: AnyNodeType
  verb: Verb
  wanted: Wanted | undefined
}

/** How long a key shared with other deployments is leased, ms; the lease is renewed while a call is in flight. */
export const keyLeaseMs = (type: AnyNodeType): number => traitsOf(type).callTimeoutMs + 2 * traitsOf(type).reads.cap

/** Rate-limit buckets that a call of this type counts in. */
export const bucketsOf = (run: RunState, type: AnyNodeType): readonly string[] =>
  isCalled(type) ? (type.limits?.(run.context) ?? []) : []

/**
 * Decides whether the call may be sent now. Otherwise returns the row as it waits: for parts that will be ready soon,
 * for a place in a rate limit, or for another call under the same key.
 */
export async function admit(run: RunState, admission: Admission, events: EngineEvent[]): Promise<ObjectRow | "now"> {
  const gathering = waitForParts(run, admission, events)
  if (gathering) return gathering
  const { row, type, wanted } = admission
  const key = serialKeyOf(type, wanted?.props ?? row.props ?? {})
  const goesOn = row.call?.open === true
  const waitForKey = () => {
    if (!key || goesOn || run.keys.isFree(row.object, key)) return undefined
    run.keys.wait(row.object, key)
    const why = { code: "serialized", message: `another call under ${key.key} is in flight` }
    return run.apply(row, { kind: "postponed", why, until: null }, events)
  }
  const waits = waitForKey() ?? (await waitForLimits(run, admission, events))
  if (waits) return waits
  // Another row may have come first meanwhile. From here to the open call nothing is awaited.
  const taken = waitForKey()
  if (taken) return taken
  if (key?.shared && !(await run.writer.takeKey(key.key, keyLeaseMs(type)))) {
    const why = { code: "serialized", message: `another deployment has a call under ${key.key} in flight` }
    return run.apply(row, { kind: "postponed", why, until: run.clock.now() + KEY_RETRY_MS }, events)
  }
  if (key) run.keys.take(row.object, key)
  return "now"
}

/**
 * The row as it waits so that one full PUT carries the parts that will be ready soon; undefined when there are none.
 */
function waitForParts(run: RunState, { row, type, verb }: Admission, events: EngineEvent[]): ObjectRow | undefined {
  const { gatherMs } = traitsOf(type)
  const entry = run.state.entries.get(row.node)
  if (gatherMs === 0 || verb === "delete" || !entry) return undefined
  const parts = run.state.partsOnTheirWay(entry)
  const now = run.clock.now()
  const until = Math.min(row.gatherUntil ?? Number.POSITIVE_INFINITY, now + gatherMs)
  if (parts.length === 0 || until <= now) return undefined
  const why = { code: "gathers", message: `waits for ${parts.join(", ")}, so that one call carries all` }
  return run.apply(row, { kind: "postponed", why, until, gatherUntil: until }, events)
}

async function waitForLimits(
  run: RunState,
  { row, type, verb }: Admission,
  events: EngineEvent[],
): Promise<ObjectRow | undefined> {
  const buckets = bucketsOf(run, type)
  if (buckets.length === 0) return undefined
  const kept = await validReservation(run, buckets, row)
  const { until, ...turn } = kept ? { until: kept.at, reserved: kept } : await askForPlace(run, buckets, row, verb)
  const now = run.clock.now()
  if (turn.reserved && until <= now) return undefined
  const why = {
    code: "throttled",
    message: `the next call may start in ${Math.max(1, Math.ceil((until - now) / 1000))} s`,
  }
  return run.apply(row, { kind: "postponed", why, until, ...turn }, events)
}

/** The place that the row has reserved, unless a throttle took it away. */
async function validReservation(run: RunState, buckets: readonly string[], { reserved }: ObjectRow) {
  if (!reserved || (await run.limiter.isLost(buckets, reservedPlace(reserved, run.clock.now())))) return undefined
  return reserved
}

/**
 * Reserves a place in the rate limits; returns when the call may start or ask again. A delete lets other calls go
 * first, for a while.
 */
async function askForPlace(run: RunState, buckets: readonly string[], row: ObjectRow, verb: Verb) {
  const asked = run.clock.now()
  const yieldsUntil = row.yieldsUntil ?? asked + YIELD_MS
  const { waitMs, taken } = await run.limiter.reserve(buckets, { yielding: verb === "delete" && asked < yieldsUntil })
  const now = run.clock.now()
  const start = now + waitMs
  if (taken) return { until: start, reserved: { at: start, since: now } }
  return {
    until: Math.min(Math.max(start, now + KEY_RETRY_MS), Math.max(yieldsUntil, now)),
    reserved: null,
    yieldsUntil,
  }
}

/** Gives the row's unused place in the rate limits back. */
export async function giveBack(run: RunState, row: ObjectRow): Promise<ObjectRow> {
  const { reserved } = row
  if (!reserved) return row
  const buckets = bucketsOf(run, run.state.typeOf(row))
  await run.limiter.giveBack(buckets, reservedPlace(reserved, run.clock.now()))
  return { ...row, reserved: null }
}

const reservedPlace = ({ at, since }: Reserved, now: number): Place => ({ waitMs: at - now, ageMs: now - since })
