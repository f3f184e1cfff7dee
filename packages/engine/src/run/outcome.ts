import type { DeploymentState } from "../decide/deployment-state.ts"
import type { Resolved } from "../decide/wanted.ts"
import type { AnyNodeType } from "../declare/node-type.ts"
import type { ObjectRow } from "../record/row.ts"

/**
 * How a run ended. destroyed: no row is left. lingering: nothing that serves is left, only what is deleted slowly.
 * settled: every wanted object is. waiting: settled except for what waits on a person. failed: something was refused.
 * progressing: more to do at `dueAt`.
 */
export type Outcome = "destroyed" | "lingering" | "settled" | "waiting" | "failed" | "progressing"

export function outcomeOf(state: DeploymentState): Outcome {
  const { graph } = state
  if (!graph) return outcomeOfDestroy(state)
  const wanted = [...state.entries.values()]
  if (wanted.some(isRefused)) return "failed"
  if (wanted.every(({ usable }) => usable)) return "settled"
  const held = wanted.filter(({ usable, row }) => !usable && row)
  const isHeld = (entry: Resolved) => waitsOnPerson(entry) || entry.blockedBy.length > 0
  return held.length > 0 && held.every(isHeld) && held.some(waitsOnPerson) ? "waiting" : "progressing"
}

const isRefused = ({ row }: Resolved): boolean =>
  row?.state.status === "parked" || Object.values(row?.parts ?? {}).some(({ parked }) => parked !== undefined)

const waitsOnPerson = ({ row }: Resolved): boolean => row?.state.status === "waiting" && row.state.why.on === "person"

function outcomeOfDestroy(state: DeploymentState): Outcome {
  if (state.rows.size === 0) return "destroyed"
  const rows = [...state.rows.all()]
  return rows.every((row) => isLingering(row, state.typeOf(row))) ? "lingering" : "progressing"
}

/** Is the row doomed, and of a type that may remain long after everything that serves is gone? */
export const isLingering = ({ doomed }: Pick<ObjectRow, "doomed">, type: AnyNodeType): boolean =>
  doomed && type.kind === "object" && type.lingers === true
