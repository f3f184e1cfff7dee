import type { Decision, NextRead } from "./decide.ts"
import type { AnyNodeType } from "./node-type.ts"
import type { ObjectRow } from "./row.ts"
import type { RunState } from "./run-state.ts"
import { callTimeoutOf, personDelay, pollDelay } from "./schedule.ts"

/** Nothing to call now: remembers why, and when to look again. */
export function later(run: RunState, row: ObjectRow, type: AnyNodeType, decision: Decision & { action: "wait" }): void {
  const sameAsBefore = row.status === decision.status
  row.status = decision.status
  row.why = decision.why
  if (!sameAsBefore) row.tries = 0
  row.nextReadAt = nextRead(run, row, type, decision.next)
}

function nextRead(run: RunState, row: ObjectRow, type: AnyNodeType, next: NextRead): number | null {
  const now = run.clock.now()
  if (next === "never") return row.doomed ? row.retireAt : null
  if (next === "person") return now + personDelay()
  row.tries += 1
  const soon = now + pollDelay(type, row.tries - 1)
  // The end of an open call is when a decision becomes possible.
  const decidable = row.call?.open ? row.call.at + callTimeoutOf(type) : 0
  return decidable > now ? Math.min(soon, decidable) : soon
}
