import type { Goal } from "../decide/wanted.ts"
import { type AnyNodeType, type CalledType, isCalled } from "../declare/node-type.ts"
import type { Props, Reading } from "../declare/reading.ts"
import { traitsOf } from "../declare/traits-of.ts"
import { toCallError } from "../record/call-error.ts"
import type { EngineEvent } from "../record/object-store.ts"
import { ownerOf } from "../record/owner.ts"
import type { ObjectRow } from "../record/row.ts"
import { bucketsOf } from "./admit.ts"
import { callVerb } from "./call-verb.ts"
import type { RunState } from "./run-state.ts"
import { addTwins, mayHaveTwin, searchTwins } from "./twins.ts"

/** How long a read may take, ms. */
export const READ_TIMEOUT_MS = 30_000

export type ReadResult = { reading: Reading | undefined } | { failed: ObjectRow }

/** Reads what is at the row's address or carries its mark; returns the row with the failure when the read fails. */
export async function readObject(
  run: RunState,
  row: ObjectRow,
  goal: Goal,
  events: EngineEvent[],
): Promise<ReadResult> {
  const type = run.state.typeOf(row)
  try {
    return { reading: await readWithVerb(run, row, type, goal) }
  } catch (thrown) {
    if (run.writer.isFailure(thrown)) throw thrown
    const error = toCallError(thrown)
    const failed = run.apply(row, { kind: "unread", error }, events)
    const buckets = error.code === "throttled" ? bucketsOf(run, type) : []
    if (buckets.length > 0) await run.limiter.hold(buckets, (failed.nextReadAt ?? run.clock.now()) - run.clock.now())
    return { failed }
  }
}

async function readWithVerb(
  run: RunState,
  row: ObjectRow,
  type: AnyNodeType,
  goal: Goal,
): Promise<Reading | undefined> {
  if (isParentJustCreated(run, row, type)) return undefined
  const props: Props = goal.kind === "converge" ? goal.wanted.props : (row.props ?? {})
  await waitForReadPlace(run, type)
  const byId = row.id !== null && (type.kind === "object" || type.kind === "borrowed") ? { id: row.id } : {}
  const owner = ownerOf(row, run.installed)
  const reading = await callVerb(
    (signal) => type.read({ ...run.context, ...byId, props, name: row.name, owner, signal }),
    {
      what: `read of ${type.type} ${row.name}`,
      timeoutMs: READ_TIMEOUT_MS,
      clock: run.clock,
    },
  )
  if (mayHaveTwin(row, type)) await searchTwins(run, row, props, READ_TIMEOUT_MS)
  else if (row.id === null && reading?.twins && type.kind === "object")
    await addTwins(run, { ...row, id: reading.id }, reading.twins)
  return reading
}

/** Waits for a place in rate limits that count reads. */
async function waitForReadPlace(run: RunState, type: AnyNodeType): Promise<void> {
  const buckets = bucketsOf(run, type)
  if (buckets.length === 0) return
  const { waitMs } = await run.limiter.reserve(buckets, { read: true })
  if (waitMs > 0) await run.clock.until(run.clock.now() + waitMs)
}

/** Was the row's parent created in this run? Then the child cannot exist yet. */
function isParentJustCreated(run: RunState, row: ObjectRow, type: AnyNodeType): boolean {
  if (row.id !== null || row.created !== null || traitsOf(type).identity?.by !== "parent") return false
  const parents = Object.entries(run.state.entries.get(row.node)?.wanted?.dependencies ?? {})
  return parents.some(([object, hold]) => hold === "identity" && run.created.has(object))
}

/** Polls the row's operation. `over` is false while it runs. May block for minutes where the cloud offers a wait. */
export async function endOperation(
  run: RunState,
  row: ObjectRow,
  goal: Goal,
  events: EngineEvent[],
): Promise<{ row: ObjectRow; over: boolean }> {
  const { operation } = row
  const type = run.state.typeOf(row)
  if (operation === null) return { row, over: true }
  const poll: CalledType["poll"] = isCalled(type) ? type.poll : undefined
  if (!poll) return { row: { ...row, operation: null }, over: true }
  const wanted = goal.kind === "converge" ? goal.wanted : undefined
  try {
    const polled = await callVerb((signal) => poll({ ...run.context, operation: operation.value, signal }), {
      what: `poll of ${type.type} ${row.name}`,
      timeoutMs: traitsOf(type).pollTimeoutMs,
      clock: run.clock,
    })
    const next = run.apply(row, { kind: "polled", polled, wanted, token: run.newToken() }, events)
    return { row: next, over: polled === "done" }
  } catch (thrown) {
    return { row: run.apply(row, { kind: "unread", error: toCallError(thrown) }, events), over: false }
  }
}
