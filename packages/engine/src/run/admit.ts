import { YIELD_MS } from "../decide/schedule.ts"
import type { Wanted } from "../decide/wanted.ts"
import { type AnyNodeType, isCalled } from "../declare/node-type.ts"
import { traitsOf } from "../declare/traits-of.ts"
import type { EngineEvent } from "../record/object-store.ts"
import type { ObjectRow, Reserved, Verb } from "../record/row.ts"
import type { Place } from "./limiter.ts"
import type { RunState } from "./run-state.ts"
import { serialKeyOf } from "./serial-keys.ts"

/** A key beyond the deployment is asked for again after so long, ms. */
const KEY_RETRY_MS = 3_000

export interface Admission {
  row: ObjectRow
  type: AnyNodeType
  verb: Verb
  wanted: Wanted | undefined
}

/** How long a key beyond the deployment is taken, ms; it is taken again as long as something is in flight. */
export const keyLeaseMs = (type: AnyNodeType): number => traitsOf(type).callTimeoutMs + 2 * traitsOf(type).reads.cap

/** Buckets that a call of this type takes a place from. */
export const bucketsOf = (run: RunState, type: AnyNodeType): readonly string[] =>
  isCalled(type) ? (type.limits?.(run.context) ?? []) : []

/**
 * May the call leave now? Otherwise the row as it waits for its turn: for parts that are on their way, for a place in a
 * rate limit, for a sibling under the same key.
 */
export async function admit(run: RunState, admission: Admission, events: EngineEvent[]): Promise<ObjectRow | "now"> {
  const gathering = waitForParts(run, admission, events)
  if (gathering) return gathering
  const { row, type, wanted } = admission
  const key = serialKeyOf(type, wanted?.props ?? row.props ?? {})
  const goesOn = row.call?.open === true
  const serialized = () => {
    if (!key || goesOn || run.keys.isFree(row.object, key)) return undefined
    run.keys.wait(row.object, key)
    const why = { code: "serialized", message: `another call under ${key.key} is in flight` }
    return run.apply(row, { kind: "postponed", why, until: null }, events)
  }
  const waits = serialized() ?? (await waitForLimits(run, admission, events))
  if (waits) return waits
  // Another row may have come first meanwhile. From here to the open call nothing is awaited.
  const taken = serialized()
  if (taken) return taken
  if (key?.shared && !(await run.writer.takeKey(key.key, keyLeaseMs(type)))) {
    const why = { code: "serialized", message: `another deployment has a call under ${key.key} in flight` }
    return run.apply(row, { kind: "postponed", why, until: run.clock.now() + KEY_RETRY_MS }, events)
  }
  if (key) run.keys.take(row.object, key)
  return "now"
}

/** One full PUT carries the parts that are on their way. */
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
    on: "provider",
    message: `the next call may start in ${Math.max(1, Math.ceil((until - now) / 1000))} s`,
  } as const
  return run.apply(row, { kind: "postponed", why, until, ...turn }, events)
}

/** The place that the row has, unless a throttle took it away. */
async function validReservation(run: RunState, buckets: readonly string[], { reserved }: ObjectRow) {
  if (!reserved || (await run.limiter.isLost(buckets, reservedPlace(reserved, run.clock.now())))) return undefined
  return reserved
}

/** What the next call waits for, and until when. A delete lets others go first, for a while. */
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

/** A place that was given and is not used. */
export async function giveBack(run: RunState, row: ObjectRow): Promise<ObjectRow> {
  const { reserved } = row
  if (!reserved) return row
  const buckets = bucketsOf(run, run.state.typeOf(row))
  await run.limiter.giveBack(buckets, reservedPlace(reserved, run.clock.now()))
  return { ...row, reserved: null }
}

const reservedPlace = ({ at, since }: Reserved, now: number): Place => ({ waitMs: at - now, ageMs: now - since })
