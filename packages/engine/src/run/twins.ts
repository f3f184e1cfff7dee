import type { AnyNodeType } from "../declare/node-type.ts"
import type { Props } from "../declare/reading.ts"
import { traitsOf } from "../declare/traits-of.ts"
import { ownerOf } from "../record/owner.ts"
import type { ObjectRow } from "../record/row.ts"
import { callVerb } from "./call-verb.ts"
import { eventOf, type RunState } from "./run-state.ts"

/** May a second object with our mark exist? True after a create whose answer was lost. */
export const mayHaveTwin = (row: ObjectRow, type: AnyNodeType): boolean =>
  type.kind === "object" &&
  !traitsOf(type).repeatable &&
  row.created?.uncertain === true &&
  row.id !== null &&
  !row.doomed

/** Searches by mark for further objects beside the recorded one and marks them for deletion. */
export async function searchTwins(run: RunState, row: ObjectRow, props: Props, timeoutMs: number): Promise<void> {
  const type = run.state.typeOf(row)
  const owner = ownerOf(row, run.installed)
  const found = await callVerb((signal) => type.read({ ...run.context, props, name: row.name, owner, signal }), {
    what: `search for ${type.type} ${row.name}`,
    timeoutMs,
    clock: run.clock,
  })
  if (found) await addTwins(run, row, [found.id, ...(found.twins ?? [])])
}

/** Adds a doomed row, read by address only, for each second object with the mark of this row's. */
export async function addTwins(run: RunState, row: ObjectRow, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    if (run.state.rows.atAddress(row.type, id).length > 0) continue
    const now = run.clock.now()
    const twin: ObjectRow = {
      ...row,
      object: `${row.object}_${run.newToken().slice(0, 4)}`,
      id,
      twin: true,
      doomed: true,
      dependencies: {},
      parts: {},
      call: null,
      operation: null,
      state: { status: "due", why: { code: "twin", message: `a second object with the mark of ${row.name}` } },
      tries: 0,
      deletes: 0,
      reserved: null,
      nextReadAt: now,
    }
    await run.save(twin, [eventOf(twin, now, "twin_found", id)])
    run.ready.add(twin.object)
  }
}
