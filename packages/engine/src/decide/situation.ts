import type { AnyNodeType } from "../declare/node-type.ts"
import type { Reading } from "../declare/reading.ts"
import type { InstalledAs, Ownership } from "../record/owner.ts"
import type { ObjectRow, Reason, RowState } from "../record/row.ts"
import type { Difference } from "./differences.ts"
import type { Goal } from "./wanted.ts"

/** Everything that a decision about one object depends on. */
export interface Situation {
  type: AnyNodeType
  row: ObjectRow
  goal: Goal
  /** The object as it was just read; undefined when nothing was found. */
  reading: Reading | undefined
  /** Whose the read object is; undefined when nothing was found. */
  ownership: Ownership | undefined
  installed: InstalledAs
  secretKey: Uint8Array
  /** Objects of this node that turned out broken in a row. */
  brokenBefore: number
  now: number
}

/**
 * When to read next. poll: soon, at growing intervals. person: after minutes, growing. never: not before other rows or
 * the props change. A number: at that time, ms since the epoch.
 */
export type NextRead = "poll" | "person" | "never" | number

export type Decision =
  | { action: "create" | "delete"; reasons: string[] }
  | { action: "update"; reasons: string[]; fields: Difference[]; lazy: Difference[]; drift: boolean }
  /** No call now; read again at `next`. */
  | { action: "wait"; state: RowState; next: NextRead }
  | { action: "settle" }
  /** No call until other props are wanted, a retry is asked for, or `next` has come. */
  | { action: "park"; state: RowState & { status: "parked" }; next: NextRead }
  | { action: "park-part"; part: string; why: Reason }
  /** A new object takes its place. */
  | { action: "recreate"; why: Reason }
  /** The recorded address is empty: search once for an object with the same mark. */
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

/** Decides to park the row; `refused` says which props are not sent again meanwhile. */
export const park = (
  why: Reason,
  next: NextRead,
  refused: (RowState & { status: "parked" })["refused"] = null,
): Decision & { action: "park" } => ({
  action: "park",
  state: { status: "parked", why, refused },
  next,
})
