import { isCalled } from "../declare/node-type.ts"
import { traitsOf } from "../declare/traits-of.ts"
import type { ObjectRow } from "../record/row.ts"
import { missProvenAt } from "./schedule.ts"
import { type Decision, park, type Situation, wait, waitForAction } from "./situation.ts"

type Check = (situation: Situation) => Decision | undefined

/** Decides about an object that was not found. The first check with an answer wins. */
export function decideMissing(situation: Situation): Decision {
  const checks: readonly Check[] = [
    lookupFoundNothing,
    goneIsSearchedFor,
    answeredDeleteIsDone,
    createMayBeUnseen,
    nothingIsLeftToDelete,
    goneWhileOnlyObserved,
    addressIsEmpty,
    refusedBefore,
    borrowedIsGone,
  ]
  for (const check of checks) {
    const decision = check(situation)
    if (decision) return decision
  }
  return { action: "create", reasons: [situation.row.created ? "it is not there any more" : "it does not exist"] }
}

const wasDeleted = ({ call }: ObjectRow): boolean => call?.verb === "delete" && !call.open

const lookupFoundNothing: Check = ({ type, row, goal }) => {
  if (isCalled(type)) return undefined
  if (goal.kind === "delete") return { action: "remove", event: "forgotten" }
  return waitForAction(
    { code: "not_found", on: "person", message: `${type.type} of ${row.node} was not found` },
    "person",
  )
}

/** Searches by mark before a deletion counts as done, because a repeated create may have made a second object. */
const goneIsSearchedFor: Check = ({ type, row, goal }) => {
  const byMark = traitsOf(type).identity?.by === "assigned"
  return goal.kind === "delete" && !goal.detach && byMark && row.id !== null && !row.twin
    ? { action: "search" }
    : undefined
}

const answeredDeleteIsDone: Check = ({ row, goal }) =>
  goal.kind === "delete" && wasDeleted(row) && (row.twin || !row.created?.uncertain)
    ? { action: "remove", event: "deleted" }
    : undefined

/** Waits until an unseen create must be visible; where names or keys are unique it repeats the create instead. */
const createMayBeUnseen: Check = ({ type, row, goal, now }) => {
  if (!row.created || now >= missProvenAt(type, row)) return undefined
  const repeats = goal.kind === "converge" && traitsOf(type).repeatable && row.call?.verb === "create" && row.call.open
  if (repeats) return undefined
  return wait("changing", { code: "not_visible_yet", message: "a create may not be visible yet" }, "poll")
}

const nothingIsLeftToDelete: Check = ({ goal }) =>
  goal.kind === "delete" ? { action: "remove", event: goal.detach ? "detached" : "deleted" } : undefined

const goneWhileOnlyObserved: Check = ({ goal }) =>
  goal.kind === "observe" ? wait("due", goal.why ?? { code: "missing", message: "it is gone" }, "never") : undefined

const addressIsEmpty: Check = ({ row }) => (row.id !== null ? { action: "search" } : undefined)

const refusedBefore: Check = ({ row, goal, now }) =>
  decideRefused(row, goal.kind === "converge" ? goal.wanted.fingerprint : null, now)

const borrowedIsGone: Check = ({ type, row }) =>
  type.kind === "borrowed"
    ? waitForAction(
        { code: "not_found", on: "person", message: `${type.type} of ${row.node}, the customer's, was not found` },
        "person",
      )
    : undefined

/** Keeps a refused row parked until other props are wanted or its retry time has come. */
export function decideRefused({ state }: ObjectRow, fingerprint: string | null, now: number): Decision | undefined {
  if (state.status !== "parked" || !state.refused || state.refused.fingerprint !== fingerprint) return undefined
  const { retryAt } = state.refused
  if (retryAt !== null && now >= retryAt) return undefined
  return park(state.why, retryAt ?? "never", state.refused)
}
