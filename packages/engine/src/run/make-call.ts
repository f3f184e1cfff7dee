import type { Json } from "@alienplatform/core"
import { entriesOf, isForeignEntry } from "../decide/differences.ts"
import type { Decision } from "../decide/situation.ts"
import type { Wanted } from "../decide/wanted.ts"
import type { Answer, AnyNodeType, UpdateArgs } from "../declare/node-type.ts"
import type { Props, Reading } from "../declare/reading.ts"
import { traitsOf } from "../declare/traits-of.ts"
import { toCallError } from "../record/call-error.ts"
import type { EngineEvent } from "../record/object-store.ts"
import { type Ownership, ownerOf } from "../record/owner.ts"
import type { ObjectRow, Verb } from "../record/row.ts"
import { admit, bucketsOf } from "./admit.ts"
import { callVerb } from "./call-verb.ts"
import type { RunState } from "./run-state.ts"

export interface CallPlan {
  decision: Decision & { action: Verb }
  /** Wanted props; undefined for a delete. */
  wanted: Wanted | undefined
  reading: Reading | undefined
  ownership: Ownership | undefined
}

export interface CallResult {
  row: ObjectRow
  /** The object as the verb returned it; `null`: it is gone. */
  reading?: Reading | null | undefined
}

/**
 * Makes one mutating call: stores it as open, makes it, and applies its answer. The resulting row is not stored yet.
 */
export async function makeCall(
  run: RunState,
  before: ObjectRow,
  plan: CallPlan,
  events: EngineEvent[],
): Promise<CallResult> {
  const type = run.state.typeOf(before)
  const { callTimeoutMs } = traitsOf(type)
  const { decision, wanted, reading, ownership } = plan
  await run.writer.coverCall(callTimeoutMs)
  const admission = { row: before, type, verb: decision.action, wanted }
  const waits = await admit(run, admission, events)
  if (waits !== "now") return { row: waits }
  const { installed } = run
  const opened = run.apply(
    before,
    { kind: "called", decision, token: run.newToken(), reading, ownership, installed, wanted },
    events,
  )
  await run.save(opened, events.splice(0))
  run.writer.checkLease(callTimeoutMs)
  try {
    const what = `${decision.action} of ${type.type} ${opened.name}`
    const answer = await callVerb((signal) => send(run, opened, type, plan, signal), {
      what,
      timeoutMs: callTimeoutMs,
      clock: run.clock,
    })
    const said = (answer ?? {}) as Answer<Props, Props>
    if (decision.action === "create") run.created.add(opened.object)
    const caused = decision.action === "update" ? decision.fields : []
    return { row: run.apply(opened, { kind: "answered", fields: caused, answer: said }, events), reading: said.reading }
  } catch (thrown) {
    const error = toCallError(thrown)
    const row = run.apply(opened, { kind: "failed", error, wanted, token: run.newToken() }, events)
    const buckets = bucketsOf(run, type)
    if (error.code === "throttled" && buckets.length > 0)
      await run.limiter.hold(buckets, (row.nextReadAt ?? run.clock.now()) - run.clock.now())
    return { row }
  }
}

async function send(
  run: RunState,
  row: ObjectRow,
  type: AnyNodeType,
  { decision, wanted, reading }: CallPlan,
  signal: AbortSignal,
): Promise<unknown> {
  const { context } = run
  const token = row.call?.token ?? ""
  const owner = ownerOf(row, run.installed)
  const observed = reading as Reading
  const id = row.id ?? reading?.id ?? ""
  if (decision.action === "create") {
    if (type.kind !== "object" && type.kind !== "ensure") return undefined
    return type.create({ ...context, props: wanted?.props ?? {}, name: row.name, owner, token, signal })
  }
  if (decision.action === "delete") {
    if (type.kind !== "object") return undefined
    return type.delete({ ...context, id, props: row.props ?? {}, observed, token, signal })
  }
  if (decision.action !== "update" || (type.kind !== "object" && type.kind !== "borrowed") || !type.update)
    return undefined
  const update: UpdateArgs<Props, Props> = {
    id,
    props: withForeignEntries(run, type, wanted ? wanted.props : withoutEntries(type, row.props ?? {}), row, reading),
    name: row.name,
    owner,
    observed,
    changed: [...decision.fields, ...decision.lazy].map(({ field }) => field),
    token,
    signal,
  }
  return type.update({ ...context, ...update })
}

/** Adds the entries of others, as they were read, to the props of a shared object's full PUT. */
function withForeignEntries(
  run: RunState,
  type: AnyNodeType,
  props: Props,
  row: ObjectRow,
  reading: Reading | undefined,
): Props {
  const { parts } = traitsOf(type)
  if (!parts || !reading) return props
  const others = Object.entries(entriesOf(type, reading.props)).filter(([key]) =>
    isForeignEntry(row, key, reading, run.installed),
  )
  const merged = [...others, ...Object.entries((props[parts] ?? {}) as Record<string, Json>)]
  return { ...props, [parts]: Object.fromEntries(merged.sort(([left], [right]) => (left < right ? -1 : 1))) }
}

const withoutEntries = (type: AnyNodeType, props: Props): Props => {
  const { parts } = traitsOf(type)
  return parts ? { ...props, [parts]: {} } : props
}
