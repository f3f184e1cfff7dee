import { YIELD_MS } from "../decide/schedule.ts"
import type { AnyNodeType } from "../declare/node-type.ts"
import { traitsOf } from "../declare/traits-of.ts"
import type { ObjectRow } from "../record/row.ts"

/**
 * Corrects times of a row that lie in the future because the clock was set back since; they would delay the row by as
 * long.
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

/** Longer than any wait before a refused call is repeated, ms. */
const MAX_REFUSED_WAIT_MS = 12 * 60_000

/** How long a replaced object is kept whose type fails to tell, ms: its users have time to leave. */
const FALLBACK_RETIRE_MS = 10 * 60_000

/** How long a replaced object is kept, ms. */
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
