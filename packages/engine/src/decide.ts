import { canonicalJson, hashOf } from "@alienplatform/core"
import type { AnyNodeType, Reading } from "./node-type.ts"
import type { Ownership } from "./owner.ts"
import { type Difference, differences, entriesOf, isForeign, traitsOf } from "./props.ts"
import type { Wanted } from "./resolve.ts"
import type { ObjectRow, Reason, RowStatus } from "./row.ts"
import { callTimeoutOf, settleWait, visibleWithinOf } from "./schedule.ts"

/** converge: make it as wanted. observe: its references cannot be used, or its successor is not ready. delete: doomed. */
export type Goal = { kind: "converge"; wanted: Wanted } | { kind: "observe" } | { kind: "delete" }

export interface Situation {
  type: AnyNodeType
  row: ObjectRow
  goal: Goal
  /** What was just read; absent = nothing was found. */
  reading: Reading | undefined
  /** Of what was read. */
  ownership: Ownership | undefined
  now: number
}

/** poll: soon, growing. person: in minutes. never: until other rows or the props change. */
export type NextRead = "poll" | "person" | "never"

export type Decision =
  | { action: "create" | "delete"; reasons: string[] }
  | { action: "update"; reasons: string[]; fields: Difference[] }
  /** Nothing to call now. */
  | { action: "wait"; status: RowStatus; why: Reason | null; next: NextRead }
  | { action: "settle" }
  /** Only other props, or a retry, can help. */
  | { action: "park"; why: Reason; byProps: boolean }
  | { action: "park-part"; part: string; why: Reason }
  /** A new object takes its place. */
  | { action: "recreate"; why: Reason }
  /** Nothing is at its address any more: look once more for an object with the same mark. */
  | { action: "search" }
  /** The row goes; `foreign`: the object stays, it is not ours. */
  | { action: "remove"; foreign: boolean }

/** What to do about one object. Pure; plan and reconcile both ask it. */
export function decide(situation: Situation): Decision {
  const { row, goal, reading, now, type } = situation
  if (row.call?.open && !row.call.collided && now < row.call.at + callTimeoutOf(type)) {
    return wait("changing", { code: "call_open", message: `the answer to ${row.call.verb} is unknown` }, "poll")
  }
  if (!reading) return missing(situation)
  if (situation.ownership === "foreign") return foreign(situation, reading)
  if (goal.kind === "delete") return remove(situation, reading)
  if (goal.kind === "observe") return observed(row, reading)
  return converge(situation, goal.wanted, reading)
}

const wait = (status: RowStatus, why: Reason | null, next: NextRead): Decision => ({
  action: "wait",
  status,
  why,
  next,
})

function missing({ type, row, goal, now }: Situation): Decision {
  if (type.kind !== "object") {
    const why: Reason = { code: "not_found", on: "person", message: `${type.type} of ${row.node} was not found` }
    return goal.kind === "delete" ? { action: "remove", foreign: false } : wait("waiting", why, "person")
  }
  const deleted = row.call?.verb === "delete" && !row.call.open
  if (goal.kind === "delete" && deleted && row.id !== null && !row.twin) return { action: "search" }
  const proven = row.created ? now >= missProves(type, row) : true
  const deletedForGood = goal.kind === "delete" && deleted && (row.twin || !row.created?.uncertain)
  const { named, fixedName } = traitsOf(type)
  const repeatable = goal.kind === "converge" && (named || fixedName) && row.call?.verb === "create" && row.call.open
  if (!proven && !deletedForGood && !repeatable) {
    const why: Reason = { code: "not_visible_yet", message: "a create may not be visible yet" }
    return wait("changing", why, "poll")
  }
  if (goal.kind === "delete") return { action: "remove", foreign: false }
  if (goal.kind === "observe") return wait("due", { code: "missing", message: "it is gone" }, "never")
  if (row.id !== null) return { action: "search" }
  if (row.parked === goal.wanted.fingerprint && row.why) return { action: "park", why: row.why, byProps: true }
  return { action: "create", reasons: [row.created ? "it is not there any more" : "it does not exist"] }
}

/** From when on a miss means that our last create made nothing. */
const missProves = (type: AnyNodeType, row: ObjectRow): number =>
  row.created ? row.created.at + visibleWithinOf(type) + (row.created.uncertain ? callTimeoutOf(type) : 0) : 0

function foreign({ type, row, goal }: Situation, reading: Reading): Decision {
  if (goal.kind === "delete") return { action: "remove", foreign: true }
  const holder = reading.owner
  const by = holder ? `deployment ${holder.deployment} (${holder.node})` : "somebody else: it does not carry our mark"
  const why: Reason = {
    code: "name_taken",
    on: "person",
    message: `${type.type} ${reading.id} belongs to ${by}; rename it, delete it, or choose another name`,
    expected: row.name,
    observed: reading.id,
  }
  return { action: "park", why, byProps: false }
}

function remove({ type, row }: Situation, reading: Reading): Decision {
  if (type.kind !== "object") return { action: "remove", foreign: false }
  const deleted = row.call?.verb === "delete" && !row.call.open && row.id === reading.id
  if (deleted && reading.status === "changing")
    return wait("changing", { code: "deleting", message: "it is being deleted" }, "poll")
  const others = Object.keys(entriesOf(type, reading.props)).filter((key) => isForeign(row, key))
  if (others.length > 0) {
    const message = `${reading.id} still holds entries of others (${others.join(", ")}) and is kept; remove them to let it go`
    return {
      action: "park",
      why: { code: "holds_foreign_entries", on: "person", message, observed: others },
      byProps: false,
    }
  }
  return { action: "delete", reasons: ["it is no longer wanted"] }
}

function observed(row: ObjectRow, reading: Reading): Decision {
  if (reading.status === "settled") {
    return row.status === "parked" && row.why
      ? { action: "park", why: row.why, byProps: row.parked !== null }
      : wait(row.status === "settled" ? "settled" : "due", row.status === "settled" ? null : row.why, "never")
  }
  return unsettled(reading.status)
}

function unsettled(status: Exclude<Reading["status"], "settled">): Decision {
  if (status === "changing") return wait("changing", null, "poll")
  if ("waiting" in status) return wait("waiting", status.waiting, status.waiting.on === "person" ? "person" : "poll")
  return { action: "park", why: { code: status.broken.code, message: status.broken.message }, byProps: false }
}

function converge(situation: Situation, wanted: Wanted, reading: Reading): Decision {
  const { type, row } = situation
  if (reading.status === "changing") return unsettled("changing")
  const parts = comparePart(type, wanted, row, reading)
  if (parts.taken) return parts.taken
  const found = differences(type, wanted, row, reading.props)
  const fields = [...found.fields, ...parts.fields]
  if (situation.ownership === "unmarked" && type.kind === "object" && type.update)
    fields.push({ field: "owner", wanted: "our mark", found: "none" })
  const status = reading.status
  if (type.kind !== "object") return status === "settled" ? { action: "settle" } : unsettled(status)
  if (status !== "settled" && "broken" in status) {
    const { heal, code, message } = status.broken
    if (heal === "recreate") return { action: "recreate", why: { code, message } }
    if (heal === "update") fields.push({ field: "status", wanted: "settled", found: code })
  }
  if (fields.length === 0) return status === "settled" ? { action: "settle" } : unsettled(status)
  return update(situation, wanted, fields, found.lazy)
}

function update({ type, row, now }: Situation, wanted: Wanted, fields: Difference[], lazy: Difference[]): Decision {
  if (row.parked === wanted.fingerprint && row.why) return { action: "park", why: row.why, byProps: true }
  const names = fields.map(({ field }) => field)
  if (type.kind === "object" && !type.update) {
    const message = `${row.name} differs in ${names.join(", ")}, which cannot be changed in place`
    return { action: "recreate", why: { code: "not_changeable", message } }
  }
  const answered = row.repeated?.difference === differenceKey(fields) ? row.repeated.updates : 0
  if (answered >= 3) {
    const message = `${type.type} ${row.name} takes ${names.join(", ")} without keeping it: sent three times, read back differently`
    const [first] = fields
    const why: Reason = { code: "not_converging", message, expected: text(first?.wanted), observed: text(first?.found) }
    return { action: "park", why, byProps: true }
  }
  // A cloud may answer reads from before the update for a moment: look again before sending the same once more.
  if (answered > 0 && row.call && now < row.call.at + settleWait(type, answered)) {
    const why: Reason = { code: "update_not_visible_yet", message: `${names.join(", ")} is not as sent yet` }
    return wait("changing", why, "poll")
  }
  return { action: "update", reasons: names.map((name) => `${name} differs`), fields: [...fields, ...lazy] }
}

const text = (value: unknown) => (value === undefined ? "nothing" : canonicalJson(value).slice(0, 200))

/** Names a set of differences, so that a repetition is recognised. */
export const differenceKey = (fields: readonly Difference[]): string =>
  hashOf(fields.map(({ field, wanted, found }) => [field, wanted ?? null, found ?? null])).slice(0, 16)

/** Our entries in a shared object; other people's do not count. */
function comparePart(
  type: AnyNodeType,
  wanted: Wanted,
  row: ObjectRow,
  reading: Reading,
): { fields: Difference[]; taken?: Decision } {
  const { parts } = traitsOf(type)
  if (!parts) return { fields: [] }
  const found = entriesOf(type, reading.props)
  const want = (wanted.props[parts] ?? {}) as Record<string, unknown>
  const fields: Difference[] = []
  for (const key of Object.keys({ ...want, ...row.parts }).sort()) {
    if (key in want && key in found && isForeign(row, key)) {
      const message = `${key} is already in ${reading.id}, put there by somebody else; remove it, or choose another name`
      return { fields, taken: { action: "park-part", part: key, why: { code: "name_taken", on: "person", message } } }
    }
    if (row.parts[key]?.props === null && !(key in want)) continue
    if (canonicalJson(want[key] ?? null) !== canonicalJson(found[key] ?? null)) {
      fields.push({ field: `${parts}.${key}`, wanted: want[key], found: found[key] })
    }
  }
  return { fields }
}
