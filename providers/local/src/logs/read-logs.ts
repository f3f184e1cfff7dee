import type { LogEntry, LogPage, LogQuery } from "@alienplatform/engine"
import { decodeCursor, encodeCursor } from "./cursor.ts"
import { type LogSource, sourcesOf } from "./log-sources.ts"
import { merged } from "./merge.ts"
import type { LogPosition } from "./open-log.ts"

/** A page ends after so many characters of output even when lines are left; the cursor goes on from there. */
const MAX_PAGE = 4 * 1024 * 1024

/** Output of a deployment's workloads, replaced ones included, as far as it is kept. Throws `cursor_invalid`. */
export function readLogs(dataDirectory: string, query: LogQuery): LogPage {
  const known = query.since === undefined ? undefined : decodeCursor(query.since)
  using sources = sourcesOf(dataDirectory, query)
  return known ? pageAfter(sources.list, known, query.limit) : newestPage(sources.list, query.limit)
}

function newestPage(sources: readonly LogSource[], limit: number): LogPage {
  // Backwards in all: lines with one time are then in the order in which `pageAfter` has them.
  const heads = sources.map((source) => ({ source, items: source.log.backward() })).toReversed()
  const entries: LogEntry[] = []
  let size = 0
  for (const { source, item } of merged(heads, (left, right) => left.time > right.time)) {
    entries.push(entryOf(source, item))
    size += item.line.length
    if (entries.length >= limit || size >= MAX_PAGE) break
  }
  return { entries: entries.reverse(), cursor: encodeCursor(sources.flatMap(({ log }) => log.end() ?? [])) }
}

function pageAfter(sources: readonly LogSource[], known: ReadonlyMap<string, number>, limit: number): LogPage {
  const reached = new Map<LogSource, LogPosition>()
  const heads = sources.map((source) => {
    const from = source.log.find((file) => known.get(file))
    if (from) reached.set(source, from)
    return { source, items: source.log.forward(from) }
  })
  const entries: LogEntry[] = []
  let size = 0
  for (const { source, item } of merged(heads, (left, right) => left.time < right.time)) {
    entries.push(entryOf(source, item))
    reached.set(source, item.next)
    size += item.line.length
    if (entries.length >= limit || size >= MAX_PAGE) break
  }
  return { entries, cursor: encodeCursor([...reached.values()]) }
}

const entryOf = (
  { resource, replica, incarnation }: LogSource,
  { time, stream, line }: Pick<LogEntry, "time" | "stream" | "line">,
): LogEntry => ({ time, resource, replica, incarnation, stream, line })
