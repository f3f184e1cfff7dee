import { decide, type Goal } from "./decide.ts"
import { learn, parkPart, settle } from "./learn.ts"
import { operationOver, read, readFailed } from "./look.ts"
import { makeCall } from "./make-call.ts"
import type { AnyNodeType, Reading } from "./node-type.ts"
import { ownership } from "./owner.ts"
import { traitsOf } from "./props.ts"
import type { ObjectRow, Reason, RowStatus } from "./row.ts"
import type { RunState } from "./run-state.ts"
import { personDelay } from "./schedule.ts"
import { later } from "./wait.ts"

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
      park(row, decision.why, decision.byProps ? null : now + personDelay())
      row.parked = decision.byProps && goal.kind === "converge" ? goal.wanted.fingerprint : null
      break
    case "park-part":
      if (goal.kind === "converge") parkPart(run, row, goal, decision)
      break
    case "recreate":
      if (brokenBefore(run, row) >= ANOTHERS) {
        park(row, decision.why, now + personDelay())
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

function park(row: ObjectRow, why: Reason, nextReadAt: number | null): void {
  row.status = "parked"
  row.why = why
  row.parked = null
  row.nextReadAt = nextReadAt
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
