import { problem } from "@alienplatform/core"
import type { Page } from "../store.ts"

/** The sequence that a cursor continues below; cursors come from clients, so anything else is refused. */
export function sequenceBefore(cursor: string): number {
  if (/^[1-9]\d{0,14}$/.test(cursor)) return Number(cursor)
  throw problem("cursor_invalid", {
    message: `cursor ${JSON.stringify(cursor.slice(0, 80))} was not given by this list; start again without a cursor`,
  })
}

/** `found` has one row more than `limit` where another page follows. */
export function toPage<Row extends { sequence: number }, T>(
  found: readonly Row[],
  limit: number,
  item: (row: Row) => T,
): Page<T> {
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(item), nextCursor: found.length > limit && last ? String(last.sequence) : null }
}
