import type { AnyNodeType } from "../declare/node-type.ts"
import type { Reading } from "../declare/reading.ts"
import type { InstalledAs, Ownership } from "../record/owner.ts"
import type { ObjectRow, Reason, RowState } from "../record/row.ts"
import type { Difference } from "./differences.ts"
import type { Goal } from "./wanted.ts"

/** All that a decision about one object is made from. */
export interface Situation {
  type: AnyNodeType
  row: ObjectRow
  goal: Goal
  /** What was just read; absent = nothing was found. */
  reading: Reading | undefined
  /** Of what was read. */
  ownership: Ownership | undefined
  installed: InstalledAs
  secretKey: Uint8Array
  /** How many objects of this node came out broken, one after the other. */
  brokenBefore: number
  now: number
}

/** poll: soon, growing. person: minutes, growing. never: until other rows or the props change. A number: at that time, ms. */
export type NextRead = "poll" | "person" | "never" | number

export type Decision =
  | { action: "create" | "delete"; reasons: string[] }
  | { action: "update"; reasons: string[]; fields: Difference[]; lazy: Difference[]; drift: boolean }
  /** Nothing to call now. */
  | { action: "wait"; state: RowState; next: NextRead }
  | { action: "settle" }
  /** Only other props, a retry, or time can help. */
  | { action: "park"; state: RowState & { status: "parked" }; next: NextRead }
  | { action: "park-part"; part: string; why: Reason }
  /** A new object takes its place. */
  | { action: "recreate"; why: Reason }
  /** Nothing is at its address any more: look once more for an object with the same mark. */
  | { action: "search" }
  /** The row goes without a call. */
  | { action: "remove"; event: "deleted" | "left_to_its_owner" | "forgotten" | "detached" }
  /** Our mark is taken off, and the row goes. */
  | { action: "unmark" }

export const wait = (
  status: "due" | "changing",
  why: Reason | null,
  next: NextRead,
): Decision & { action: "wait" } => ({
  action: "wait",
  state: { status, why },
  next,
})

export const waitForAction = (why: Reason, next: NextRead): Decision & { action: "wait" } => ({
  action: "wait",
  state: { status: "waiting", why },
  next,
})

/** Parked until the row is looked at for another reason; `refused` says what is not sent again until then. */
export const park = (
  why: Reason,
  next: NextRead,
  refused: (RowState & { status: "parked" })["refused"] = null,
): Decision & { action: "park" } => ({
  action: "park",
  state: { status: "parked", why, refused },
  next,
})
