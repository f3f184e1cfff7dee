import type { ObjectRow } from "@alienplatform/engine"
import { livingRows } from "./resolve.ts"

/** How long a gate may keep an update waiting before it counts as failed, in milliseconds. */
export const UPDATE_PATIENCE = 60_000

/** By object: since when its gate has kept it waiting, ms since the epoch. */
export type GateWaits = ReadonlyMap<string, number>

/**
 * What waits on a gate now. Who did so before goes on from then; a time that has not come yet, because the clock was set
 * back, begins anew.
 */
export function gateWaits(before: GateWaits, rows: readonly ObjectRow[], now: number): GateWaits {
  const newest = [...new Set(rows.map(({ node }) => node))].flatMap((node) => livingRows(node, rows)[0] ?? [])
  const waiting = newest.filter(({ state }) => state.status === "waiting" && state.why.on === "gate")
  return new Map(waiting.map(({ object }) => [object, Math.min(before.get(object) ?? now, now)]))
}

/** Objects whose gate has kept them waiting for too long. */
export const overdue = (waits: GateWaits, now: number): ReadonlySet<string> =>
  new Set([...waits].flatMap(([object, since]) => (now - since >= UPDATE_PATIENCE ? [object] : [])))

/** When the next one of them is overdue; null where none waits. */
export const overdueAt = (waits: GateWaits): number | null =>
  waits.size === 0 ? null : Math.min(...waits.values()) + UPDATE_PATIENCE
