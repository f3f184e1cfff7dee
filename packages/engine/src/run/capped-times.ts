import { YIELD_MS } from "../decide/schedule.ts"
import type { AnyNodeType } from "../declare/node-type.ts"
import { traitsOf } from "../declare/traits-of.ts"
import type { ObjectRow } from "../record/row.ts"

/**
 * A row whose times make sense today. What is to have happened in the future did so before the clock was set back, and
 * would hold the row up for as long as it was set back.
 */
export function withCappedTimes(row: ObjectRow, type: AnyNodeType, now: number): ObjectRow {
  const past = (time: number): number => Math.min(time, now)
  const { call, created, operation, retireAt, gatherUntil, yieldsUntil, reserved, state } = row
  const retryAt = state.status === "parked" ? state.refused?.retryAt : undefined
  return {
    ...row,
    call: call && { ...call, at: past(call.at) },
    created: created && { ...created, at: past(created.at) },
    operation: operation && { ...operation, since: past(operation.since) },
    retireAt: retireAt === null ? null : Math.min(retireAt, now + retireAfterMs(type, row)),
    gatherUntil: gatherUntil === null ? null : Math.min(gatherUntil, now + traitsOf(type).gatherMs),
    yieldsUntil: yieldsUntil === null ? null : Math.min(yieldsUntil, now + YIELD_MS),
    // Nobody can tell any more when its place comes: it is asked for again.
    reserved: reserved && reserved.since > now ? null : reserved,
    state:
      state.status === "parked" && state.refused && retryAt !== null && retryAt !== undefined
        ? { ...state, refused: { ...state.refused, retryAt: Math.min(retryAt, now + MAX_REFUSED_WAIT_MS) } }
        : state,
  }
}

/** More than any wait before a refused call is made again, ms. */
const MAX_REFUSED_WAIT_MS = 12 * 60_000

/** So long is kept what its type cannot say of, ms: whoever still uses it has time to leave. */
const FALLBACK_RETIRE_MS = 10 * 60_000

/** How long a replaced object is kept, in milliseconds. */
export function retireAfterMs(type: AnyNodeType, row: ObjectRow): number {
  if (type.kind !== "object") return 0
  const { retireAfter = 0 } = type
  if (typeof retireAfter === "number") return retireAfter
  try {
    return retireAfter(row.props ?? {})
  } catch {
    return FALLBACK_RETIRE_MS
  }
}
