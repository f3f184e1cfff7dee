import { canonicalJson, hashOf, type Json, type RandomBytes } from "@alienplatform/core"
import type { Answer, AnyNodeType, Polled } from "../declare/node-type.ts"
import type { Reading } from "../declare/reading.ts"
import { traitsOf } from "../declare/traits-of.ts"
import { type CallError, isCuredByTime, reasonOf, toCallError } from "../record/call-error.ts"
import { mergeDependencies } from "../record/dependencies.ts"
import type { EngineEvent } from "../record/object-store.ts"
import type { InstalledAs, Ownership } from "../record/owner.ts"
import type { Call, ObjectRow, Reason, Refusal, Reserved, RowState, SentPart, Verb } from "../record/row.ts"
import { type Difference, differenceKey, entriesOf, isForeignEntry, valueText } from "./differences.ts"
import {
  backoffDelayMs,
  notReadyDelayMs,
  personDelayMs,
  pollDelayMs,
  slowRetryDelayMs,
  twinProvenAt,
} from "./schedule.ts"
import type { Decision, NextRead } from "./situation.ts"
import type { Wanted } from "./wanted.ts"

/** An event that changes a row. */
export type RowEvent =
  /** The object was read, and no call follows. */
  | {
      kind: "seen"
      decision: Exclude<Decision, { action: Verb | "remove" | "unmark" }>
      reading: Reading | undefined
      ownership: Ownership | undefined
      installed: InstalledAs
      wanted: Wanted | undefined
    }
  /** A call is about to be sent. */
  | {
      kind: "called"
      decision: Decision & { action: Verb }
      token: string
      reading: Reading | undefined
      ownership: Ownership | undefined
      installed: InstalledAs
      wanted: Wanted | undefined
    }
  | { kind: "answered"; fields: readonly Difference[]; answer: Answer<unknown, unknown> }
  | { kind: "failed"; error: CallError; wanted: Wanted | undefined; token: string }
  | { kind: "unread"; error: CallError }
  | { kind: "polled"; polled: Polled; wanted: Wanted | undefined; token: string }
  /** The call has to wait: for a place in a rate limit, for another call under the same key, or for parts under way. */
  | {
      kind: "postponed"
      why: Reason
      until: number | null
      reserved?: Reserved | null
      gatherUntil?: number
      yieldsUntil?: number
    }
  | { kind: "doomed"; retireAt: number | null }
  /** A create was answered with an address that another node's row already has. */
  | { kind: "address_taken"; id: string; holder: string }
  /** A person asked to retry what was refused. */
  | { kind: "retried" }

export interface ApplyContext {
  type: AnyNodeType
  now: number
  random: RandomBytes
}

export interface Applied {
  row: ObjectRow
  events: EngineEvent[]
}

/** Computes the row and the events to record after something happened to the row. Pure. */
export function apply(row: ObjectRow, event: RowEvent, at: ApplyContext): Applied {
  const { row: next, notes: said = [] } = step(row, event, at)
  const events = said.map(({ name, code, message }): EngineEvent => engineEvent(next, at.now, name, code, message))
  const { state } = next
  if (next.markLost && !row.markLost) events.push(engineEvent(next, at.now, "mark_lost", undefined, MARK_LOST))
  if (state.status !== row.state.status || state.why?.code !== row.state.why?.code)
    events.push(engineEvent(next, at.now, state.status, state.why?.code, state.why?.message))
  return { row: next, events }
}

const MARK_LOST = "it carries our mark no more, and a mark cannot be written again; it stays ours by its address"

interface EventNote {
  name: string
  code?: string | undefined
  message?: string | undefined
}

interface Step {
  row: ObjectRow
  notes?: EventNote[]
}

const engineEvent = (row: ObjectRow, at: number, event: string, code?: string, message?: string): EngineEvent => ({
  at,
  node: row.node,
  object: row.object,
  event,
  ...(code === undefined ? {} : { code }),
  ...(message === undefined || message === "" ? {} : { message }),
})

function step(row: ObjectRow, event: RowEvent, at: ApplyContext): Step {
  switch (event.kind) {
    case "seen":
      return applySeen(learnFromReading(row, event, at), event, at)
    case "called":
      return applyCalled(learnFromReading(row, event, at), event, at)
    case "answered":
      return applyAnswered(row, event, at)
    case "failed":
      return applyFailed(row, event, at)
    case "unread":
      return applyUnread(row, event.error, at)
    case "polled":
      return applyPolled(row, event, at)
    case "postponed":
      return applyPostponed(row, event)
    case "doomed":
      return {
        row: { ...row, doomed: true, retireAt: event.retireAt, nextReadAt: event.retireAt ?? at.now, tries: 0 },
        notes: [{ name: "doomed" }],
      }
    case "address_taken":
      return { row: applyAddressTaken(row, event, at) }
    case "retried":
      return { row: applyRetried(row) }
  }
}

/** Copies into the row what a reading of our own object proves, whatever is decided afterwards. */
function learnFromReading(
  row: ObjectRow,
  event: Pick<RowEvent & { kind: "seen" }, "reading" | "ownership" | "installed">,
  { type }: ApplyContext,
): ObjectRow {
  const { reading, ownership, installed } = event
  if (!reading || ownership === "foreign") return row
  const { repeatable, mark, remark } = traitsOf(type)
  const isOurObject = type.kind === "object"
  const openCreate = row.call?.open === true && row.call.verb === "create"
  const shown = openCreate && (reading.owner !== undefined || repeatable || !isOurObject)
  const created =
    row.created && (repeatable || (shown && !row.call?.repeated)) ? { ...row.created, uncertain: false } : row.created
  const hasLostMark = isOurObject && row.id !== null && mark !== "never" && !remark && reading.owner === undefined
  const { markLost: _, ...rest } = row
  return {
    ...rest,
    ...(hasLostMark ? { markLost: true } : {}),
    id: isOurObject ? (row.id ?? reading.id) : reading.id,
    attributes: sameJson(row.attributes, reading.attributes) ? row.attributes : reading.attributes,
    props: shown && row.call?.collided ? certainProps(row, type, reading) : row.props,
    call: shown && row.call ? { ...row.call, open: false } : row.call,
    created,
    parts: decideAttemptedParts(row, type, reading),
    unmanaged: Object.keys(entriesOf(type, reading.props))
      .filter((key) => isForeignEntry(row, key, reading, installed))
      .sort(),
  }
}

/**
 * Drops recorded props that are no longer certain because the object found was not made by this create: only props that
 * were read back, or that identify the object, stay.
 */
const certainProps = ({ props }: ObjectRow, type: AnyNodeType, reading: Reading): ObjectRow["props"] =>
  props &&
  Object.fromEntries(
    Object.entries(props).filter(([name]) => name in reading.props || traitsOf(type).replacing.includes(name)),
  )

const sameJson = (left: unknown, right: unknown): boolean =>
  canonicalJson((left ?? null) as Json) === canonicalJson((right ?? null) as Json)

const isUnderWay = (call: Call | null): boolean => call?.open === true && call.at > 0

/** Resolves entries that a call attempted to add or remove, by what the reading shows of them. */
function decideAttemptedParts(row: ObjectRow, type: AnyNodeType, reading: Reading): ObjectRow["parts"] {
  const isUndecided = ({ attempted, leaving }: SentPart) => attempted !== undefined || leaving === true
  if (isUnderWay(row.call) || !Object.values(row.parts).some(isUndecided)) return row.parts
  const found = entriesOf(type, reading.props)
  return Object.fromEntries(
    Object.entries(row.parts).flatMap(([key, { attempted, leaving, ...part }]): [string, SentPart][] => {
      if (leaving) return [[key, key in found ? part : { ...part, leaving }]]
      if (attempted === undefined) return [[key, part]]
      if (key in found) return [[key, { ...part, props: sameJson(found[key], part.props) ? part.props : attempted }]]
      return part.props === null && part.parked === undefined ? [] : [[key, part]]
    }),
  )
}

function applySeen(row: ObjectRow, { decision, reading, wanted }: RowEvent & { kind: "seen" }, at: ApplyContext): Step {
  switch (decision.action) {
    case "settle":
      return { row: wanted && reading ? settleRow(row, wanted, reading, at) : row }
    case "wait":
    case "park":
      return { row: keepWaiting(row, decision.state, decision.next, at) }
    case "park-part": {
      const { part, why } = decision
      const parked = hashOf(wanted?.parts[part]?.props ?? null)
      const parts = { ...row.parts, [part]: { props: null, dependencies: {}, parked, why } }
      return {
        row: { ...row, parts, nextReadAt: at.now },
        notes: [{ name: "part_parked", code: why.code, message: why.message }],
      }
    }
    case "recreate":
      return {
        row: { ...row, of: `broken:${row.object}`, state: { status: "due", why: decision.why }, nextReadAt: null },
      }
    case "search": {
      const why: Reason = { code: "missing", message: "nothing is at its address any more" }
      return { row: { ...row, id: null, attributes: {}, state: { status: "due", why }, nextReadAt: at.now } }
    }
  }
}

/** Marks the row as settled and records today's props and dependencies. */
function settleRow(row: ObjectRow, wanted: Wanted, reading: Reading, { type, now }: ApplyContext): ObjectRow {
  const { lazy, initial, parts: field } = traitsOf(type)
  // What travels with calls only is as it was sent last, whatever the rest was found to be.
  const travels = (name: string) => lazy.has(name) || initial.has(name)
  const kept = Object.fromEntries(Object.entries(row.props ?? {}).filter(([name]) => travels(name)))
  const props = Object.entries({ ...wanted.sealed, ...kept }).filter(([name]) => !travels(name) || name in kept)
  const found = field ? entriesOf(type, reading.props) : {}
  const parts: ObjectRow["parts"] = {}
  for (const [key, sent] of Object.entries(row.parts)) {
    const desired = wanted.desiredParts.includes(key)
    const leaving = wanted.leavingParts.includes(key)
    if (!desired && !leaving && (sent.props === null || !(key in found))) continue
    const ready = wanted.parts[key]
    const accepted = ready && sameJson(ready.props, sent.props)
    parts[key] = desired && accepted ? { props: sent.props, dependencies: ready.dependencies } : sent
  }
  const watched = row.created?.uncertain === true
  const proves = twinProvenAt(type, row)
  const mayHaveTwin = watched && now < proves
  return {
    ...row,
    props: Object.fromEntries(props),
    dependencies: wanted.dependencies,
    parts,
    call: null,
    created: watched && !mayHaveTwin && row.created ? { ...row.created, uncertain: false } : row.created,
    state: { status: "settled", why: null },
    served: true,
    tries: 0,
    repeated: null,
    deletes: 0,
    gatherUntil: null,
    nextReadAt: mayHaveTwin ? proves : null,
  }
}

function keepWaiting(row: ObjectRow, state: RowState, next: NextRead, { type, now }: ApplyContext): ObjectRow {
  const same = row.state.status === state.status && row.state.why?.code === state.why?.code
  const tries = same ? row.tries + 1 : 0
  return { ...row, state, tries, nextReadAt: nextReadAt({ ...row, tries }, next, type, now) }
}

function nextReadAt(row: ObjectRow, next: NextRead, type: AnyNodeType, now: number): number | null {
  if (typeof next === "number") return next
  if (next === "never") return row.doomed ? row.retireAt : null
  if (next === "person") return now + personDelayMs(row.tries)
  const soon = now + pollDelayMs(type, row.tries)
  // The end of an open call is when a decision becomes possible.
  const decidable = row.call?.open ? row.call.at + traitsOf(type).callTimeoutMs : 0
  return decidable > now ? Math.min(soon, decidable) : soon
}

/** Records everything that must be stored before the call is sent. */
function applyCalled(row: ObjectRow, event: RowEvent & { kind: "called" }, { type, now }: ApplyContext): Step {
  const { decision, token, wanted, reading } = event
  const verb = decision.action
  const repeats = row.call?.open === true && row.call.verb === verb
  const { props, parts, dependencies, created } = row
  const opened: ObjectRow = {
    ...row,
    call: {
      verb,
      token: repeats && row.call ? row.call.token : token,
      at: now,
      open: true,
      repeated: repeats,
      previous: repeats && row.call ? row.call.previous : { props, parts, dependencies, created },
    },
    // What a reading found before the call is where the update goes.
    id: row.id ?? (verb === "create" ? null : (reading?.id ?? null)),
    created: verb === "create" ? { at: now, uncertain: true } : created,
    state: { status: "changing", why: null },
    drift:
      verb === "update" && decision.action === "update" && decision.drift ? driftOf(decision.fields, now) : row.drift,
    gatherUntil: null,
    yieldsUntil: null,
    reserved: null,
    nextReadAt: now,
  }
  const said: EventNote[] = [{ name: verb, message: decision.reasons.join(", ") }]
  if (opened.drift !== row.drift && opened.drift)
    said.push({
      name: "drifted",
      message: `somebody else changed ${opened.drift.fields.map(({ field }) => field).join(", ")}`,
    })
  if (!wanted) return { row: opened, notes: said }
  return {
    row: {
      ...opened,
      props: wanted.sealed,
      dependencies: mergeDependencies(dependencies, wanted.dependencies),
      parts: attemptParts(row, type, wanted),
    },
    notes: said,
  }
}

const driftOf = (fields: readonly Difference[], at: number): ObjectRow["drift"] => ({
  at,
  fields: fields.map(({ field, wanted, found }) => ({
    field,
    ...(wanted === undefined ? {} : { expected: valueText(wanted) }),
    ...(found === undefined ? {} : { observed: valueText(found) }),
  })),
})

/** Records every entry that the call carries, with the dependencies it had before the call and has after it. */
function attemptParts(row: ObjectRow, type: AnyNodeType, wanted: Wanted): ObjectRow["parts"] {
  const { parts: field } = traitsOf(type)
  if (!field) return row.parts
  const merged = (wanted.props[field] ?? {}) as Record<string, Json>
  const parts: ObjectRow["parts"] = {}
  for (const [key, sent] of Object.entries(row.parts))
    parts[key] = key in merged || sent.props === null ? sent : { ...sent, leaving: true }
  for (const [key, props] of Object.entries(merged)) {
    const sent = row.parts[key]
    const ready = wanted.parts[key]
    const refused = sent?.parked !== undefined && ready !== undefined && sent.parked === hashOf(ready.props)
    const dependencies = mergeDependencies(sent?.dependencies ?? {}, ready?.dependencies ?? {})
    const unchanged = sent !== undefined && sent.attempted === undefined && sameJson(sent.props, props)
    parts[key] = {
      ...(refused && sent ? { parked: sent.parked, why: sent.why } : {}),
      props,
      dependencies,
      ...(unchanged ? {} : { attempted: props }),
    }
  }
  return parts
}

function applyAnswered(
  row: ObjectRow,
  { fields, answer }: RowEvent & { kind: "answered" },
  { now }: ApplyContext,
): Step {
  const { call } = row
  if (!call) return { row }
  const uncertain = call.repeated === true || call.previous.created?.uncertain === true
  const difference = differenceKey(fields)
  return {
    row: {
      ...row,
      call: { ...call, open: false },
      id: row.id ?? answer.id ?? null,
      operation: answer.operation === undefined ? null : { value: answer.operation, since: now },
      created: call.verb === "create" ? { at: row.created?.at ?? now, uncertain } : row.created,
      repeated:
        call.verb === "update"
          ? { difference, updates: row.repeated?.difference === difference ? row.repeated.updates + 1 : 1 }
          : row.repeated,
      deletes: call.verb === "delete" ? row.deletes + 1 : row.deletes,
      tries: 0,
      nextReadAt: now,
    },
  }
}

function applyFailed(
  row: ObjectRow,
  event: Pick<RowEvent & { kind: "failed" }, "error" | "wanted" | "token">,
  at: ApplyContext,
): Step {
  const { error } = event
  const said = [{ name: error.outcome, code: error.code, message: error.message }]
  const collided = error.code === "already_exists" && row.call?.verb === "create"
  if (error.outcome === "refused" && collided && row.call)
    return {
      row: {
        ...row,
        call: { ...row.call, collided: true },
        tries: row.tries + 1,
        nextReadAt: at.now + delayAfter(error, row.tries, at),
      },
      notes: said,
    }
  if (error.outcome === "unknown") {
    const state: RowState = { status: "changing", why: reasonOf(error) }
    return {
      row: { ...row, state, tries: row.tries + 1, nextReadAt: at.now + delayAfter(error, row.tries, at) },
      notes: said,
    }
  }
  return { row: applyRefusal(rollBack(row, event.token, error), event, at), notes: said }
}

const delayAfter = ({ code }: CallError, tries: number, { random }: ApplyContext): number =>
  code === "not_ready" ? notReadyDelayMs(tries, random) : backoffDelayMs(tries, random)

/** Restores what the row held before a refused call; the next call gets a new token. */
function rollBack(row: ObjectRow, token: string, { part }: CallError): ObjectRow {
  const { call } = row
  if (!call) return row
  const parts = partsBefore(row, call, part)
  // Only the repetition was refused: the call before it may still have arrived, so what it sent stays on record.
  if (call.repeated) return { ...row, parts, call: { ...call, token, open: true, at: 0 } }
  return { ...row, ...call.previous, parts, call: null }
}

/**
 * Parts as they were before a call. A verb of several calls may have created some of the entries before it was refused:
 * attempts stay recorded, with their dependencies, until a reading shows what exists. Nothing was created of the part
 * that the refusal names.
 */
function partsBefore(row: ObjectRow, { previous, repeated }: Call, named: string | undefined): ObjectRow["parts"] {
  const parts: ObjectRow["parts"] = { ...(repeated ? row.parts : previous.parts) }
  for (const [key, { attempted, dependencies }] of Object.entries(row.parts)) {
    if (attempted === undefined || (key === named && !repeated)) continue
    parts[key] = { ...parts[key], props: previous.parts[key]?.props ?? null, dependencies, attempted }
  }
  return parts
}

function applyRefusal(
  row: ObjectRow,
  { error, wanted }: Pick<RowEvent & { kind: "failed" }, "error" | "wanted">,
  at: ApplyContext,
): ObjectRow {
  const why = reasonOf(error)
  const failed = { ...row, tries: row.tries + 1 }
  const part = error.part === undefined ? undefined : wanted?.parts[error.part]
  if (part && error.part !== undefined && row.parts[error.part]?.parked !== hashOf(part.props)) {
    const sent: SentPart = row.parts[error.part] ?? { props: null, dependencies: {} }
    const parts = { ...row.parts, [error.part]: { ...sent, parked: hashOf(part.props), why } }
    return { ...failed, parts, state: { status: "due", why }, nextReadAt: at.now }
  }
  if (error.retryable || error.code === "not_found" || error.code === "not_ready") {
    const nextReadAt = at.now + delayAfter(error, row.tries, at)
    return { ...failed, state: { status: "due", why }, nextReadAt }
  }
  // A deletion has no other props to wait for.
  const retryAt = isCuredByTime(error) || !wanted ? at.now + slowRetryDelayMs(at.random) : null
  const refusal: Refusal = { fingerprint: wanted?.fingerprint ?? null, retryAt }
  return { ...failed, state: { status: "parked", why, refused: refusal }, nextReadAt: retryAt }
}

/** Records a failed read. It closes no call and proves nothing about the object. */
function applyUnread(row: ObjectRow, error: CallError, at: ApplyContext): Step {
  const why = reasonOf(error)
  const tries = row.tries + 1
  if (!error.retryable) {
    const nextReadAt = at.now + (isCuredByTime(error) ? slowRetryDelayMs(at.random) : personDelayMs(row.tries))
    return { row: { ...row, tries, state: { status: "waiting", why }, nextReadAt } }
  }
  const nextReadAt = at.now + delayAfter(error, row.tries, at)
  return { row: { ...row, tries, state: stateAfterFailedRead(row, why), nextReadAt } }
}

/** Failed reads in a row after which a settled row becomes waiting. */
const MAX_FAILED_READS = 4

function stateAfterFailedRead({ state, tries }: ObjectRow, why: Reason): RowState {
  if (state.status === "settled") return tries < MAX_FAILED_READS ? state : { status: "waiting", why }
  return { ...state, why }
}

function applyPolled(row: ObjectRow, event: RowEvent & { kind: "polled" }, at: ApplyContext): Step {
  const { polled: result } = event
  const { operation } = row
  if (result === "running" && operation) return { row: applyRunning(row, operation.since, at) }
  const ended: ObjectRow = { ...row, operation: null }
  if (typeof result !== "object") return { row: ended }
  const error = toCallError(result.failed)
  const said = [{ name: result.outcome, code: error.code, message: error.message }]
  if (result.outcome === "refused")
    return { row: applyRefusal(rollBack(ended, event.token, error), { error, wanted: event.wanted }, at), notes: said }
  // What was sent may be there or not, like after a call that was never answered.
  const call = row.call && { ...row.call, token: event.token, open: true, at: 0 }
  const nextReadAt = at.now + delayAfter(error, row.tries, at)
  return {
    row: { ...ended, call, state: { status: "changing", why: reasonOf(error) }, tries: row.tries + 1, nextReadAt },
    notes: said,
  }
}

function applyRunning(row: ObjectRow, since: number, at: ApplyContext): ObjectRow {
  const { operationLimitMs } = traitsOf(at.type)
  if (at.now < since + operationLimitMs) return keepWaiting(row, { status: "changing", why: row.state.why }, "poll", at)
  const minutes = Math.round((at.now - since) / 60_000)
  const why: Reason = {
    code: "operation_stuck",
    message: `an operation on ${at.type.type} ${row.name} has been running for ${minutes} minutes; look at it in the cloud's console`,
  }
  // Nothing may hold a deletion up for ever: the object is read as it stands.
  if (row.doomed) return { ...row, operation: null, state: { status: "changing", why }, nextReadAt: at.now }
  return keepWaiting(row, { status: "waiting", why }, "person", at)
}

function applyPostponed(row: ObjectRow, event: RowEvent & { kind: "postponed" }): Step {
  const { why, until, reserved, gatherUntil, yieldsUntil } = event
  return {
    row: {
      ...row,
      state: { status: "due", why },
      nextReadAt: until,
      reserved: reserved === undefined ? row.reserved : reserved,
      gatherUntil: gatherUntil ?? row.gatherUntil,
      yieldsUntil: yieldsUntil ?? row.yieldsUntil,
    },
  }
}

function applyAddressTaken(
  row: ObjectRow,
  { id, holder }: RowEvent & { kind: "address_taken" },
  at: ApplyContext,
): ObjectRow {
  const why: Reason = {
    code: "name_taken",
    on: "person",
    message: `${row.type} ${id} is the object of ${holder} in this deployment; two nodes cannot share one object, give one of them another name`,
  }
  return {
    ...row,
    id: null,
    call: null,
    operation: null,
    state: { status: "parked", why, refused: null },
    nextReadAt: at.now + personDelayMs(row.tries),
  }
}

/** Clears refusals and counters of a row, so that the next decision tries again. */
function applyRetried(row: ObjectRow): ObjectRow {
  const parts = Object.fromEntries(
    Object.entries(row.parts).map(([key, { parked: _, why: __, ...sent }]) => [key, sent]),
  )
  const state: RowState = row.state.status === "parked" ? { status: "due", why: row.state.why } : row.state
  return { ...row, parts, state, repeated: null, deletes: 0, tries: 0 }
}
