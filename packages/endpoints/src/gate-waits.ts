import type { ObjectRow } from "@alienplatform/engine"
import { livingRows } from "./resolve.ts"

/** How long a gate may keep an update waiting before the update counts as failed. */
export const UPDATE_TIMEOUT_MS = 60_000

/** By object: since when its gate has kept it waiting, ms since the epoch. */
export type GateWaits = ReadonlyMap<string, number>

/**
 * The objects that wait for a gate now, and since when: one that waited `before` keeps its time, unless that lies in the
 * future because the clock was set back.
 */
export function gateWaits(before: GateWaits, rows: readonly ObjectRow[], now: number): GateWaits {
  const newest = [...new Set(rows.map(({ node }) => node))].flatMap((node) => livingRows(node, rows)[0] ?? [])
  const waiting = newest.filter(({ state }) => state.status === "waiting" && state.why.on === "gate")
  return new Map(waiting.map(({ object }) => [object, Math.min(before.get(object) ?? now, now)]))
}

/** Objects whose gate has kept them waiting for too long. */
export const overdueObjects = (waits: GateWaits, now: number): ReadonlySet<string> =>
  new Set([...waits].flatMap(([object, since]) => (now - since >= UPDATE_TIMEOUT_MS ? [object] : [])))

/** When the next waiting object is overdue, ms since the epoch; null where none waits. */
export const nextOverdueAt = (waits: GateWaits): number | null =>
  waits.size === 0 ? null : Math.min(...waits.values()) + UPDATE_TIMEOUT_MS
