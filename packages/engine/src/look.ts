import { asCallError, reasonOf, withTimeout } from "./call-error.ts"
import type { Goal } from "./decide.ts"
import { refused } from "./make-call.ts"
import type { AnyNodeType, ObjectType, Props, Reading } from "./node-type.ts"
import { ownerOf } from "./owner.ts"
import type { ObjectRow } from "./row.ts"
import type { RunState } from "./run-state.ts"
import { backoffDelay, personDelay } from "./schedule.ts"
import { addTwin, mayHaveTwin, searchTwins } from "./twins.ts"
import { later } from "./wait.ts"

const READ_TIMEOUT = 30_000

/** What is at the row's address, or carries its mark. */
export async function read(run: RunState, row: ObjectRow, type: AnyNodeType, goal: Goal): Promise<Reading | undefined> {
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
  if (mayHaveTwin(row, type)) await searchTwins(run, row, type, props, READ_TIMEOUT)
  else for (const id of reading?.twins ?? []) await addTwin(run, row, id)
  return reading
}

/** false: the operation still runs, or its end could not be seen. */
export async function operationOver(
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
export function readFailed(run: RunState, row: ObjectRow, type: AnyNodeType, thrown: unknown): void {
  const error = asCallError(thrown)
  row.tries += 1
  row.why = reasonOf(error)
  if (type.kind === "object" && error.code === "throttled" && type.limits) {
    run.limiter.hold(type.limits, run.clock.now() + backoffDelay(row.tries - 1, run.random))
  }
  if (error.retryable) row.nextReadAt = run.clock.now() + backoffDelay(row.tries - 1, run.random)
  else {
    row.status = "waiting"
    row.nextReadAt = run.clock.now() + personDelay()
  }
  run.changed()
}
