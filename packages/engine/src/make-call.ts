import { hashOf, type Json } from "@alienplatform/core"
import { asCallError, reasonOf, withTimeout } from "./call-error.ts"
import { type Decision, differenceKey } from "./decide.ts"
import type { Answer, ObjectType, Props, Reading } from "./node-type.ts"
import type { EngineEvent } from "./object-store.ts"
import { ownerOf } from "./owner.ts"
import { entriesOf, traitsOf } from "./props.ts"
import type { Wanted } from "./resolve.ts"
import type { ObjectRow, SentPart, Verb } from "./row.ts"
import type { RunState } from "./run-state.ts"
import { backoffDelay, callTimeoutOf, personDelay } from "./schedule.ts"

// biome-ignore lint/suspicious/noExplicitAny: the type that belongs to the row; its props are checked where it is declared.
type AnyObjectType = ObjectType<any, any, any>

export interface CallPlan {
  decision: Decision & { action: Verb }
  /** Absent for a delete. */
  wanted?: Wanted | undefined
  reading: Reading | undefined
}

/** One mutating call: saved open, made, and closed only by its own answer. */
export async function makeCall(run: RunState, row: ObjectRow, type: AnyObjectType, plan: CallPlan): Promise<void> {
  const verb = plan.decision.action
  const timeout = callTimeoutOf(type)
  await run.writer.cover(timeout)
  // From here to `open` nothing is awaited: two siblings never pass the gate together.
  if (!admitted(run, row, type, plan)) return run.writer.save([row])
  const before = structuredClone(row)
  open(run, row, type, plan)
  await run.writer.save([row], [event(run, row, verb, plan.decision.reasons.join(", "))])
  run.changed()
  try {
    run.writer.check(timeout)
    const what = `${verb} of ${type.type} ${row.name}`
    const answer = await withTimeout((signal) => send(run, row, type, plan, signal), what, timeout, run.clock)
    answered(run, row, before, plan, answer ?? {})
  } catch (error) {
    if (isLeaseLost(error)) throw error
    refusedOrUnknown(run, row, type, plan, error)
  }
  run.changed()
  await run.writer.save([row], run.takeEvents(row))
}

const isLeaseLost = (error: unknown) => asCallError(error).code === "lease_lost"

/** Siblings under the same key go one after the other, and buckets give places; both are waited for without a call. */
function admitted(run: RunState, row: ObjectRow, type: AnyObjectType, { wanted }: CallPlan): boolean {
  const props = wanted?.props ?? row.props ?? {}
  const key = type.serialize?.(props)
  if (key !== undefined && !row.call?.open && run.serialKeyTaken(row, type, key)) {
    row.status = "due"
    row.why = { code: "serialized", message: `another ${type.type} of ${key} is in flight` }
    row.nextReadAt = null
    run.waitForSibling(row, () => run.serialKeyTaken(row, type, key))
    return false
  }
  if (!type.limits?.length) return true
  const now = run.clock.now()
  if (row.reservedAt !== null && row.reservedAt < run.limiter.heldUntil(type.limits)) row.reservedAt = null
  row.reservedAt ??= run.limiter.reserve(type.limits, now)
  if (row.reservedAt <= now) {
    row.reservedAt = null
    return true
  }
  row.status = "due"
  row.why = {
    code: "throttled",
    on: "provider",
    message: `the next call may start in ${Math.ceil((row.reservedAt - now) / 1000)} s`,
  }
  row.nextReadAt = row.reservedAt
  return false
}

/** What must be on record before the call leaves. */
function open(run: RunState, row: ObjectRow, type: AnyObjectType, { decision, wanted }: CallPlan): void {
  const now = run.clock.now()
  const verb = decision.action
  const repeats = row.call?.open === true && row.call.verb === verb
  const { props, parts, dependencies, created } = row
  const previous = repeats && row.call ? row.call.previous : structuredClone({ props, parts, dependencies, created })
  row.call = {
    verb,
    token: repeats && row.call ? row.call.token : run.newToken(),
    at: now,
    open: true,
    repeated: repeats,
    previous,
  }
  row.status = "changing"
  row.why = null
  row.nextReadAt = now
  row.reservedAt = null
  if (verb === "create") row.created = { at: now, uncertain: true }
  if (!wanted) return
  row.props = wanted.sealed
  row.dependencies = union(row.dependencies, wanted.dependencies)
  const field = traitsOf(type).parts
  for (const [key, props] of Object.entries(field ? ((wanted.props[field] ?? {}) as Record<string, Json>) : {})) {
    const sent = row.parts[key]
    const ready = wanted.parts[key]
    const refused = sent?.parked !== undefined && ready !== undefined && sent.parked === hashOf(ready.props)
    const dependencies = union(sent?.dependencies ?? [], ready?.dependencies ?? [])
    row.parts[key] = { ...(refused ? sent : {}), props, dependencies }
  }
}

const union = (left: readonly string[], right: readonly string[]) => [...new Set([...left, ...right])].sort()

function send(
  run: RunState,
  row: ObjectRow,
  type: AnyObjectType,
  { decision, wanted, reading }: CallPlan,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const token = row.call?.token ?? ""
  const owner = ownerOf(row, run.identity)
  const observed = reading as Reading
  const props = wanted ? withForeignEntries(type, wanted.props, row, reading) : (row.props ?? {})
  const id = row.id ?? reading?.id ?? ""
  const { context } = run
  if (decision.action === "create") return type.create({ ...context, props, name: row.name, owner, token, signal })
  if (decision.action === "delete") return type.delete({ ...context, id, props, observed, token, signal })
  if (!type.update) return Promise.resolve(undefined)
  return type.update({ ...context, id, props, name: row.name, owner, observed, token, signal })
}

/** A full PUT of a shared object carries the entries that others made. */
function withForeignEntries(type: AnyObjectType, props: Props, row: ObjectRow, reading: Reading | undefined): Props {
  if (!type.parts || !reading) return props
  const others = Object.entries(entriesOf(type, reading.props)).filter(([key]) => row.unmanaged.includes(key))
  const merged = [...others, ...Object.entries((props[type.parts] ?? {}) as Record<string, Json>)]
  return { ...props, [type.parts]: Object.fromEntries(merged.sort(([left], [right]) => (left < right ? -1 : 1))) }
}

function answered(run: RunState, row: ObjectRow, before: ObjectRow, { decision }: CallPlan, answer: Answer): void {
  if (row.call) row.call = { ...row.call, open: false }
  if (answer.id !== undefined && row.id === null) row.id = answer.id
  row.operation = answer.operation ?? null
  row.tries = 0
  row.parked = null
  row.nextReadAt = run.clock.now()
  if (decision.action === "create")
    row.created = { at: row.created?.at ?? 0, uncertain: before.created?.uncertain ?? false }
  if (decision.action === "update") {
    const difference = differenceKey(decision.fields)
    const updates = before.repeated?.difference === difference ? before.repeated.updates + 1 : 1
    row.repeated = { difference, updates }
  }
}

function refusedOrUnknown(
  run: RunState,
  row: ObjectRow,
  type: AnyObjectType,
  { decision, wanted }: CallPlan,
  thrown: unknown,
): void {
  const error = asCallError(thrown)
  const now = run.clock.now()
  row.why = reasonOf(error)
  row.tries += 1
  row.nextReadAt = now + backoffDelay(row.tries - 1, run.random)
  run.record(event(run, row, error.outcome, error.message, error.code))
  if (error.code === "throttled" && type.limits) run.limiter.hold(type.limits, row.nextReadAt)
  if (error.outcome === "unknown") return
  if (error.code === "already_exists" && decision.action === "create" && row.call) {
    row.call = { ...row.call, collided: true }
    return
  }
  refused(run, row, wanted, error)
}

/** The cloud said no: nothing of what was sent is there, and the next call gets a token of its own. */
export function refused(
  run: RunState,
  row: ObjectRow,
  wanted: Wanted | undefined,
  error: ReturnType<typeof asCallError>,
): void {
  if (row.call?.repeated) {
    // Only the repetition was refused: the call before it may still have arrived, so what it sent stays on record.
    row.call = { ...row.call, token: run.newToken(), open: true, at: 0 }
  } else {
    if (row.call) Object.assign(row, row.call.previous)
    row.call = null
  }
  row.status = "due"
  row.why = reasonOf(error)
  const part = error.part !== undefined ? wanted?.parts[error.part] : undefined
  const again = part && error.part !== undefined && row.parts[error.part]?.parked === hashOf(part.props)
  if (part && error.part !== undefined && !again) {
    const sent: SentPart = row.parts[error.part] ?? { props: null, dependencies: [] }
    row.parts = { ...row.parts, [error.part]: { ...sent, parked: hashOf(part.props), why: reasonOf(error) } }
    row.nextReadAt = run.clock.now()
    return
  }
  if (error.retryable || error.code === "not_found") return
  row.status = "parked"
  row.parked = wanted?.fingerprint ?? null
  row.nextReadAt = wanted ? null : run.clock.now() + personDelay()
}

const event = (run: RunState, row: ObjectRow, name: string, message: string, code?: string): EngineEvent => ({
  at: run.clock.now(),
  node: row.node,
  object: row.object,
  event: name,
  ...(code === undefined ? {} : { code }),
  ...(message === "" ? {} : { message }),
})
