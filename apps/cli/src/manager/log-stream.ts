import type { LogEntry } from "@alienplatform/api/client"
import { codeOf } from "@alienplatform/core/error"
import type { Context } from "../context.ts"
import { isRetryable } from "./poll.ts"

/** Pause between two reads while lines are written. */
const SHORTEST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 1000

export interface LogQuery {
  resource?: string
  since?: string
  limit?: number
  access?: "true"
}

export interface Page {
  entries: LogEntry[]
  cursor: string
}

export interface Follow {
  read(query: LogQuery): Promise<Page>
  query: LogQuery
  /** The page that has been shown already. */
  first: Page
  show(entries: readonly LogEntry[]): void
  /** Called once when the manager becomes unreachable, and once when it is back. */
  onManagerAway(isAway: boolean): void
}

/**
 * Shows new lines after a page until Ctrl-C, also across restarts of the manager; returns the last cursor. A cursor
 * that the manager no longer knows is dropped, and lines already shown are not shown again.
 */
export async function followLogs(
  { read, query, first, show, onManagerAway: away }: Follow,
  { sleep, interrupts }: Pick<Context, "sleep" | "interrupts">,
): Promise<string> {
  let cursor: string | undefined = first.cursor
  let newest = first.entries.at(-1)?.time ?? ""
  let isAway = false
  for (let pause = SHORTEST_PAUSE_MS; !interrupts.signal.aborted; ) {
    try {
      const page = await read({ ...query, ...(cursor === undefined ? {} : { since: cursor }) })
      const entries = cursor === undefined ? page.entries.filter(({ time }) => time > newest) : page.entries
      if (isAway) away(false)
      isAway = false
      cursor = page.cursor
      newest = entries.at(-1)?.time ?? newest
      if (entries.length > 0) show(entries)
      pause = entries.length > 0 ? SHORTEST_PAUSE_MS : Math.min(pause * 1.5, LONGEST_PAUSE_MS)
    } catch (error) {
      if (interrupts.signal.aborted) break
      if (codeOf(error) === "cursor_invalid" && cursor !== undefined) {
        cursor = undefined
        continue
      }
      if (!isRetryable(error)) throw error
      if (!isAway) away(true)
      isAway = true
    }
    await sleep(pause, interrupts.signal)
  }
  return cursor ?? first.cursor
}
