import { canonicalJson, type Json } from "@alienplatform/core"
import { isCalled } from "../declare/node-type.ts"
import type { Reading } from "../declare/reading.ts"
import { traitsOf } from "../declare/traits-of.ts"
import type { ObjectRow, Reason } from "../record/row.ts"
import { type Difference, differenceKey, differences, entriesOf, isForeignEntry, valueText } from "./differences.ts"
import { decideMissing, decideRefused } from "./missing.ts"
import { isSentAsWanted } from "./resolve-node.ts"
import { deleteProvenAt, settleWaitMs } from "./schedule.ts"
import { type Decision, park, type Situation, wait, waitForAction } from "./situation.ts"
import type { Wanted } from "./wanted.ts"

/** Objects of a node that may turn out broken in a row before a person is asked. */
const MAX_BROKEN = 3
/** Answered updates of the same wanted props after which the node counts as not converging. */
const MAX_UPDATES = 3

/** Decides what to do about one object. Pure; plan and reconcile use the same decision. */
export function decide(situation: Situation): Decision {
  const { row, goal, reading, type } = situation
  const open = decideOpenCall(situation)
  if (open) return open
  if (!reading) return decideMissing(situation)
  if (situation.ownership === "foreign") return decideForeign(situation, reading)
  if (goal.kind === "delete") return goal.detach ? decideDetach(situation, reading) : decideDelete(situation, reading)
  if (goal.kind === "observe") return decideObserve(row, goal.why, reading)
  if (!isCalled(type) || type.kind === "ensure")
    return reading.status === "settled" ? { action: "settle" } : decideUnsettled(row, reading.status)
  return decideConverge(situation, goal.wanted, reading)
}

/**
 * Waits while the answer to an open call may still come; only a reading that shows what a create made may decide
 * earlier.
 */
function decideOpenCall({ row, type, reading, ownership, now }: Situation): Decision | undefined {
  const { call } = row
  const until = (call?.at ?? 0) + traitsOf(type).callTimeoutMs
  if (!call?.open || call.collided || now >= until) return undefined
  if (call.verb === "create" && reading && ownership !== "foreign" && (reading.owner || traitsOf(type).repeatable))
    return undefined
  return wait("changing", { code: "call_open", message: `the answer to ${call.verb} is unknown` }, "poll")
}

function decideForeign({ type, row, goal }: Situation, reading: Reading): Decision {
  if (goal.kind === "delete") return { action: "remove", event: "left_to_its_owner" }
  const holder = reading.owner
  const by = holder ? `deployment ${holder.deployment} (${holder.node})` : "somebody else: it does not carry our mark"
  const why: Reason = {
    code: "name_taken",
    on: "person",
    message: `${type.type} ${reading.id} belongs to ${by}; rename it, delete it, or choose another name`,
    expected: row.name,
    observed: reading.id,
  }
  return park(why, "person")
}

function decideDetach({ type }: Situation, reading: Reading): Decision {
  if (type.kind === "object" && type.unmark && reading.owner) return { action: "unmark" }
  return { action: "remove", event: "detached" }
}

function decideDelete(situation: Situation, reading: Reading): Decision {
  const { type, row, now, installed } = situation
  if (type.kind === "borrowed") return decideEntriesOut(situation, reading)
  if (type.kind !== "object") return { action: "remove", event: "forgotten" }
  const refused = decideRefused(row, null, now)
  if (refused) return refused
  const again = decideAfterDelete(situation, reading)
  if (again) return again
  const others = Object.keys(entriesOf(type, reading.props)).filter((key) =>
    isForeignEntry(row, key, reading, installed),
  )
  if (others.length > 0) {
    const message = `${reading.id} still holds entries of others (${others.join(", ")}) and is kept; remove them to let it go`
    return park({ code: "holds_foreign_entries", on: "person", message, observed: others }, "person")
  }
  return { action: "delete", reasons: ["it is no longer wanted"] }
}

/**
 * Handles an object that is still found after an answered delete: it waits while reads may be stale, then deletes again
 * at growing intervals.
 */
function decideAfterDelete({ type, row, now }: Situation, reading: Reading): Decision | undefined {
  const { call, deletes } = row
  if (call?.verb !== "delete" || call.open || row.id !== reading.id) return undefined
  if (reading.status === "changing")
    return wait("changing", { code: "deleting", message: "it is being deleted" }, "poll")
  const proven = deleteProvenAt(type, row)
  if (now >= proven) return undefined
  if (deletes < 3)
    return wait("changing", { code: "deleting", message: "it is deleted, and reads may still show it" }, "poll")
  const message = `${type.type} ${reading.id} is still there after ${deletes} deletes that the cloud took; look at it in the cloud's console`
  return waitForAction({ code: "delete_without_effect", message }, proven)
}

/** Removes our entries from a customer's shared object; the object itself stays. */
function decideEntriesOut({ type, row, installed }: Situation, reading: Reading): Decision {
  const found = entriesOf(type, reading.props)
  const ours = Object.keys(row.parts).filter((key) => key in found && !isForeignEntry(row, key, reading, installed))
  if (ours.length === 0) return { action: "remove", event: "detached" }
  const { parts = "" } = traitsOf(type)
  const fields = ours.map((key) => ({ field: `${parts}.${key}`, wanted: undefined, found: found[key] }))
  return { action: "update", reasons: ["our entries are no longer wanted"], fields, lazy: [], drift: false }
}

function decideObserve(row: ObjectRow, why: Reason | null, reading: Reading): Decision {
  const { state } = row
  if (reading.status !== "settled") return decideUnsettled(row, reading.status)
  if (state.status === "parked") return park(state.why, state.refused?.retryAt ?? "never", state.refused)
  if (state.status === "settled") return { action: "wait", state, next: "never" }
  return wait("due", why ?? state.why, "never")
}

function decideUnsettled(row: ObjectRow, status: Exclude<Reading["status"], "settled">): Decision {
  if (status === "changing") return wait("changing", row.state.status === "changing" ? row.state.why : null, "poll")
  if ("waiting" in status) return waitForAction(status.waiting, status.waiting.on === "person" ? "person" : "poll")
  return park({ code: status.broken.code, message: status.broken.message }, "person")
}

function decideConverge(situation: Situation, wanted: Wanted, reading: Reading): Decision {
  const { type, row, secretKey } = situation
  const { status } = reading
  if (status === "changing" && !traitsOf(type).updatesWhileChanging) return decideUnsettled(row, "changing")
  const parts = compareParts(situation, wanted, reading)
  if (parts.taken) return parts.taken
  const found = differences(type, wanted.sealed, row, reading.props, secretKey)
  const fields = [...found.fields, ...parts.fields]
  if (situation.ownership === "unmarked") fields.push({ field: "owner", wanted: "our mark", found: "none" })
  const broken = typeof status === "object" && "broken" in status ? status.broken : undefined
  if (broken?.heal === "recreate") return decideRecreate(situation, { code: broken.code, message: broken.message })
  if (broken?.heal === "update") fields.push({ field: "status", wanted: "settled", found: broken.code })
  if (fields.length === 0) return status === "settled" ? { action: "settle" } : decideUnsettled(row, status)
  return decideUpdate(situation, wanted, fields, found.lazy, reading)
}

function decideRecreate({ brokenBefore }: Situation, why: Reason): Decision {
  return brokenBefore >= MAX_BROKEN ? park(why, "person") : { action: "recreate", why }
}

function decideUpdate(
  situation: Situation,
  wanted: Wanted,
  fields: Difference[],
  lazy: Difference[],
  { status }: Reading,
): Decision {
  const { type, row, now } = situation
  const refused = decideRefused(row, wanted.fingerprint, now)
  if (refused) return refused
  const names = fields.map(({ field }) => field)
  if ((type.kind === "object" || type.kind === "borrowed") && !type.update) {
    const message = `${row.name} differs in ${names.join(", ")}, which cannot be changed in place`
    return decideRecreate(situation, { code: "not_changeable", message })
  }
  const answered = row.repeated?.difference === differenceKey(fields) ? row.repeated.updates : 0
  if (answered >= MAX_UPDATES) {
    const why =
      typeof status === "object" && "broken" in status
        ? { code: status.broken.code, message: status.broken.message }
        : notConverging(situation, fields)
    return park(why, "never", { fingerprint: wanted.fingerprint, retryAt: null })
  }
  // A cloud may answer reads from before the update for a moment: look again before sending the same once more.
  if (answered > 0 && row.call && now < row.call.at + settleWaitMs(type, answered)) {
    const why: Reason = { code: "update_not_visible_yet", message: `${names.join(", ")} is not as sent yet` }
    return wait("changing", why, "poll")
  }
  const isAsSent = isSentAsWanted(type, row.props, wanted.sealed) && arePartsSent(situation, wanted)
  const drift = row.state.status === "settled" && row.call === null && isAsSent
  return { action: "update", reasons: names.map((name) => `${name} differs`), fields, lazy, drift }
}

/** Are the wanted entries those that were last sent? */
function arePartsSent({ type, row }: Situation, wanted: Wanted): boolean {
  const sent = Object.entries(row.parts).flatMap(([key, { props }]) => (props === null ? [] : [[key, props]]))
  return canonicalJson(entriesOf(type, wanted.props)) === canonicalJson(Object.fromEntries(sent))
}

function notConverging({ type, row }: Situation, fields: readonly Difference[]): Reason {
  const names = fields.map(({ field }) => field).join(", ")
  const [first] = fields
  return {
    code: "not_converging",
    message: `${type.type} ${row.name} takes ${names} without keeping it: sent ${MAX_UPDATES} times, read back differently`,
    expected: valueText(first?.wanted),
    observed: valueText(first?.found),
  }
}

/** Compares our entries in a shared object with the wanted ones; entries of others are ignored. */
function compareParts(
  { type, row, installed }: Situation,
  wanted: Wanted,
  reading: Reading,
): { fields: Difference[]; taken?: Decision } {
  const { parts } = traitsOf(type)
  if (!parts) return { fields: [] }
  const found = entriesOf(type, reading.props)
  const want = (wanted.props[parts] ?? {}) as Record<string, unknown>
  const fields: Difference[] = []
  for (const key of Object.keys({ ...want, ...row.parts }).sort()) {
    const foreignHere = key in found && isForeignEntry(row, key, reading, installed)
    if (foreignHere && key in want) {
      const message = `${key} is already in ${reading.id}, put there by somebody else; remove it, or choose another name`
      return { fields, taken: { action: "park-part", part: key, why: { code: "name_taken", on: "person", message } } }
    }
    if (foreignHere) continue
    if (canonicalJson((want[key] ?? null) as Json) !== canonicalJson(found[key] ?? null))
      fields.push({ field: `${parts}.${key}`, wanted: want[key], found: found[key] })
  }
  return { fields }
}
