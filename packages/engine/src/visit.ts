import { canonicalJson, hashOf } from "@alienplatform/core"
import { asCallError, reasonOf, withTimeout } from "./call-error.ts"
import { type Decision, decide, type Goal, type NextRead } from "./decide.ts"
import { makeCall, refused } from "./make-call.ts"
import type { AnyNodeType, ObjectType, Props, Reading } from "./node-type.ts"
import { ownerOf, ownership } from "./owner.ts"
import { entriesOf, isForeign, traitsOf } from "./props.ts"
import type { ObjectRow, RowStatus } from "./row.ts"
import type { RunState } from "./run-state.ts"
import { backoffDelay, callTimeoutOf, personDelay, pollDelay, visibleWithinOf } from "./schedule.ts"

const READ_TIMEOUT = 30_000
/** How many objects are made anew because the one before came out broken, before people are asked. */
const ANOTHERS = 3

/** One look at one object: end what is in flight, read, decide, and at most one call. */
export async function visit(run: RunState, row: ObjectRow): Promise<void> {
  const before = durable(row)
  const key = run.world.goalKey(row, run.clock.now())
  const type = run.world.typeOf(row)
  const goal = run.world.goalOf(row, run.clock.now())
  row.nextReadAt = null
  if (goal.kind === "observe" && row.doomed) row.nextReadAt = row.retireAt
  if (row.operation !== null && type.kind === "object" && !(await operationOver(run, row, type, goal)))
    return persist(run, row, before)
  if (nothingToRead(row, type, goal)) return remember(run, row, before, goal)
  let reading: Reading | undefined
  try {
    reading = await read(run, row, type, goal)
  } catch (error) {
    readFailed(run, row, type, error)
    return persist(run, row, before)
  }
  if (run.world.goalKey(row, run.clock.now()) !== key) {
    row.nextReadAt = run.clock.now()
    return persist(run, row, before)
  }
  await act(run, row, type, goal, reading, before)
}

/** A row without an object, or a lookup that nothing asks for: its node is gone, or its references are not known. */
const nothingToRead = (row: ObjectRow, type: AnyNodeType, goal: Goal) =>
  goal.kind !== "converge" && (type.kind !== "object" || (row.id === null && row.created === null))

async function remember(run: RunState, row: ObjectRow, before: string, goal: Goal): Promise<void> {
  if (goal.kind === "delete") return drop(run, row, "forgotten")
  return persist(run, row, before)
}

async function read(run: RunState, row: ObjectRow, type: AnyNodeType, goal: Goal): Promise<Reading | undefined> {
  const props = goal.kind === "converge" ? goal.wanted.props : (row.props ?? {})
  const call = () =>
    type.read({
      ...run.context,
      ...(row.id === null || type.kind !== "object" ? {} : { id: row.id }),
      props,
      name: row.name,
      owner: ownerOf(row, run.identity),
    })
  const reading = await withTimeout(call, `read of ${type.type} ${row.name}`, READ_TIMEOUT, run.clock)
  if (mayHaveTwin(row, type)) await adoptTwins(run, row, type, props)
  else for (const id of reading?.twins ?? []) await addTwin(run, row, id)
  return reading
}

/** A create was sent that nobody saw answered: an object with our mark may stand beside the one we know. */
const mayHaveTwin = (row: ObjectRow, type: AnyNodeType) =>
  type.kind === "object" && !type.named && row.created?.uncertain === true && row.id !== null && !row.doomed

async function adoptTwins(run: RunState, row: ObjectRow, type: AnyNodeType, props: Props): Promise<void> {
  const owner = ownerOf(row, run.identity)
  const call = () => type.read({ ...run.context, props, name: row.name, owner })
  const found = await withTimeout(call, `search for ${type.type} ${row.name}`, READ_TIMEOUT, run.clock)
  if (!found) return
  for (const id of [found.id, ...(found.twins ?? [])]) await addTwin(run, row, id)
}

async function addTwin(run: RunState, row: ObjectRow, id: string): Promise<void> {
  if ([...run.world.rows.values()].some((other) => other.type === row.type && other.id === id)) return
  const now = run.clock.now()
  const twin: ObjectRow = {
    ...structuredClone(row),
    object: `${row.object}_${run.newToken().slice(0, 4)}`,
    id,
    twin: true,
    doomed: true,
    dependencies: [],
    parts: {},
    call: null,
    operation: null,
    status: "due",
    why: { code: "twin", message: `a second object with the mark of ${row.name}` },
    nextReadAt: now,
  }
  run.world.rows.set(twin.object, twin)
  await run.writer.save([twin], [{ at: now, node: row.node, object: twin.object, event: "twin_found", message: id }])
  run.changed()
}

/** false: the operation still runs, or its end could not be seen. */
async function operationOver(
  run: RunState,
  row: ObjectRow,
  type: ObjectType<Props, Props, object>,
  goal: Goal,
): Promise<boolean> {
  const operation = row.operation
  const { poll } = type
  if (operation === null || !poll) {
    row.operation = null
    return true
  }
  try {
    const call = () => poll({ ...run.context, operation })
    const polled = await withTimeout(call, `poll of ${type.type} ${row.name}`, READ_TIMEOUT, run.clock)
    if (polled === "running") {
      later(run, row, type, { action: "wait", status: "changing", why: row.why, next: "poll" })
      return false
    }
    row.operation = null
    run.changed()
    if (polled === "done") return true
    const error = asCallError(polled.failed)
    row.tries += 1
    row.nextReadAt = run.clock.now() + backoffDelay(row.tries - 1, run.random)
    run.record({
      at: run.clock.now(),
      node: row.node,
      object: row.object,
      event: "refused",
      code: error.code,
      message: error.message,
    })
    refused(run, row, goal.kind === "converge" ? goal.wanted : undefined, error)
    return false
  } catch (error) {
    readFailed(run, row, type, error)
    return false
  }
}

/** A read that fails closes nothing and proves nothing. */
function readFailed(run: RunState, row: ObjectRow, type: AnyNodeType, thrown: unknown): void {
  const error = asCallError(thrown)
  row.tries += 1
  row.why = reasonOf(error)
  if (type.kind === "object" && error.code === "throttled" && type.limits) {
    run.limiter.hold(type.limits, run.clock.now() + backoffDelay(row.tries, run.random))
  }
  if (error.retryable) row.nextReadAt = run.clock.now() + backoffDelay(row.tries - 1, run.random)
  else {
    row.status = "waiting"
    row.nextReadAt = run.clock.now() + personDelay()
  }
  run.changed()
}

async function act(
  run: RunState,
  row: ObjectRow,
  type: AnyNodeType,
  goal: Goal,
  reading: Reading | undefined,
  before: string,
): Promise<void> {
  const now = run.clock.now()
  const whose = reading && ownership(type, row, reading, run.identity, parentIsOurs(run, row, type, goal))
  if (reading && whose !== "foreign") learn(row, type, reading)
  const decision = decide({ type, row, goal, reading, ownership: whose, now })
  switch (decision.action) {
    case "create":
    case "update":
    case "delete":
      if (type.kind !== "object") return
      return makeCall(run, row, type, { decision, wanted: goal.kind === "converge" ? goal.wanted : undefined, reading })
    case "settle":
      if (goal.kind === "converge" && reading) settle(run, row, type, goal, reading)
      break
    case "wait":
      later(run, row, type, decision)
      break
    case "park":
      row.status = "parked"
      row.why = decision.why
      row.parked = decision.byProps && goal.kind === "converge" ? goal.wanted.fingerprint : null
      row.nextReadAt = decision.byProps ? null : now + personDelay()
      break
    case "park-part":
      if (goal.kind === "converge") parkPart(run, row, goal, decision)
      break
    case "recreate":
      if (brokenBefore(run, row) >= ANOTHERS) {
        row.status = "parked"
        row.why = decision.why
        row.nextReadAt = now + personDelay()
        break
      }
      row.of = `broken:${row.object}`
      row.status = "due"
      row.why = decision.why
      break
    case "search":
      row.id = null
      row.attributes = {}
      row.status = "due"
      row.why = { code: "missing", message: "nothing is at its address any more" }
      row.nextReadAt = now
      break
    case "remove":
      return drop(run, row, decision.foreign ? "left_to_its_owner" : "deleted")
  }
  return persist(run, row, before)
}

/** What a reading of our own object teaches, whatever is decided about it. */
function learn(row: ObjectRow, type: AnyNodeType, reading: Reading): void {
  if (row.id === null) row.id = reading.id
  row.attributes = reading.attributes
  if (type.kind === "object" && type.named && row.created) row.created = { ...row.created, uncertain: false }
  const found = entriesOf(type, reading.props)
  row.unmanaged = Object.keys(found)
    .filter((key) => isForeign(row, key))
    .sort()
}

function settle(
  run: RunState,
  row: ObjectRow,
  type: AnyNodeType,
  { wanted }: Goal & { kind: "converge" },
  reading: Reading,
): void {
  const { lazy = [], initial = [], parts } = traitsOf(type)
  const kept = [...lazy, ...initial].filter((name) => row.props && name in row.props)
  row.props = { ...wanted.sealed, ...Object.fromEntries(kept.map((name) => [name, row.props?.[name]])) }
  row.dependencies = wanted.dependencies
  const found = parts ? entriesOf(type, reading.props) : {}
  for (const [key, sent] of Object.entries(row.parts)) {
    const desired = wanted.desiredParts.includes(key)
    if (!desired && (sent.props === null || !(key in found))) delete row.parts[key]
    const ready = wanted.parts[key]
    const accepted = ready && canonicalJson(ready.props) === canonicalJson(sent.props)
    if (desired && accepted) row.parts[key] = { props: sent.props, dependencies: ready.dependencies }
  }
  row.status = "settled"
  row.why = null
  row.parked = null
  row.call = null
  row.tries = 0
  row.repeated = null
  row.nextReadAt = null
  if (row.created?.uncertain) watchForTwin(run, row, type)
}

/** An unanswered create may still land for as long as a call may take; one more look after that. */
function watchForTwin(run: RunState, row: ObjectRow, type: AnyNodeType): void {
  if (!row.created) return
  const until = row.created.at + 2 * callTimeoutOf(type) + visibleWithinOf(type)
  if (run.clock.now() >= until) row.created = { ...row.created, uncertain: false }
  else row.nextReadAt = until
}

function parkPart(
  run: RunState,
  row: ObjectRow,
  { wanted }: Goal & { kind: "converge" },
  { part, why }: Decision & { action: "park-part" },
): void {
  row.parts[part] = { props: null, dependencies: [], parked: hashOf(wanted.parts[part]?.props), why }
  row.nextReadAt = run.clock.now()
  const { now } = { now: run.clock.now() }
  run.record({
    at: now,
    node: row.node,
    object: row.object,
    event: "part_parked",
    code: why.code,
    message: why.message,
  })
}

function later(run: RunState, row: ObjectRow, type: AnyNodeType, decision: Decision & { action: "wait" }): void {
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
  return now + pollDelay(type, row.tries - 1)
}

/** Is the parent, which stands for the mark of an object that can carry none, one of our own objects? */
function parentIsOurs(run: RunState, row: ObjectRow, type: AnyNodeType, goal: Goal): boolean {
  const { parent } = traitsOf(type)
  if (!parent) return false
  const { props, dependencies } = goal.kind === "converge" ? goal.wanted : row
  const address = props?.[parent]
  return dependencies.some((object) => {
    const other = run.world.rows.get(object)
    if (!other || run.world.typeOf(other).kind !== "object") return false
    return other.id === address || Object.values(other.attributes).includes(address)
  })
}

/** Objects of this node that came out broken and stay until one is usable. */
const brokenBefore = (run: RunState, row: ObjectRow): number =>
  [...run.world.rows.values()].filter((other) => other.node === row.node && other.of.startsWith("broken:")).length

async function drop(run: RunState, row: ObjectRow, event: string): Promise<void> {
  run.world.rows.delete(row.object)
  run.changed()
  const at = run.clock.now()
  await run.writer.save([], [...run.takeEvents(row), { at, node: row.node, object: row.object, event }], [row.object])
}

/** Everything but when to look again; that alone is written at the end of a run. */
const durable = (row: ObjectRow): string => JSON.stringify({ ...row, nextReadAt: null, tries: 0 })

async function persist(run: RunState, row: ObjectRow, before: string): Promise<void> {
  if (durable(row) === before) return
  const old: { status: RowStatus; why: ObjectRow["why"] } = JSON.parse(before)
  if (row.status !== old.status || row.why?.code !== old.why?.code) {
    run.record({
      at: run.clock.now(),
      node: row.node,
      object: row.object,
      event: row.status,
      ...(row.why ? { code: row.why.code, message: row.why.message } : {}),
    })
  }
  run.changed()
  await run.writer.save([row], run.takeEvents(row))
}
