import { withTimeout } from "./call-error.ts"
import type { AnyNodeType, Props } from "./node-type.ts"
import { ownerOf } from "./owner.ts"
import type { ObjectRow } from "./row.ts"
import type { RunState } from "./run-state.ts"
import { callTimeoutOf, visibleWithinOf } from "./schedule.ts"

/** A create was sent that nobody saw answered: an object with our mark may stand beside the one we know. */
export const mayHaveTwin = (row: ObjectRow, type: AnyNodeType) =>
  type.kind === "object" && !type.named && row.created?.uncertain === true && row.id !== null && !row.doomed

/** Looks by mark beside the address that is known; what else is found is doomed. */
export async function searchTwins(
  run: RunState,
  row: ObjectRow,
  type: AnyNodeType,
  props: Props,
  timeout: number,
): Promise<void> {
  const owner = ownerOf(row, run.identity)
  const call = () => type.read({ ...run.context, props, name: row.name, owner })
  const found = await withTimeout(call, `search for ${type.type} ${row.name}`, timeout, run.clock)
  if (!found) return
  for (const id of [found.id, ...(found.twins ?? [])]) await addTwin(run, row, id)
}

/** A second object with the mark of this row's gets a doomed row of its own, read by address only. */
export async function addTwin(run: RunState, row: ObjectRow, id: string): Promise<void> {
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

/** An unanswered create may still land for as long as a call may take; one more look after that. */
export function watchForTwin(run: RunState, row: ObjectRow, type: AnyNodeType): void {
  if (!row.created) return
  const until = row.created.at + 2 * callTimeoutOf(type) + visibleWithinOf(type)
  if (run.clock.now() >= until) row.created = { ...row.created, uncertain: false }
  else row.nextReadAt = until
}
