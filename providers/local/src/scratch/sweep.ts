import { readdir, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { readRecords } from "../supervisor/record.ts"
import { scratchDirectory } from "./scratch-folder.ts"

/** A folder that was made so lately may belong to a process that is just being put, in ms. */
const GRACE_MS = 10 * 60_000

export interface SweepOptions {
  dataDirectory: string
  /** ms since the epoch */
  now: number
}

/**
 * Removes scratch folders of workloads that are gone, which a killed supervisor or manager left behind. Does nothing
 * while a process record cannot be read.
 */
export async function sweepScratch({ dataDirectory, now }: SweepOptions): Promise<void> {
  const into = scratchDirectory(dataDirectory)
  const { records, unreadable } = readRecords(join(dataDirectory, "run"))
  if (unreadable.length > 0) return
  const used = new Set(records.map(({ spec }) => spec.object))
  for (const name of await readdir(into).catch(() => [])) {
    if (used.has(name)) continue
    const found = await stat(join(into, name)).catch(() => undefined)
    if (found && now - found.mtimeMs > GRACE_MS) await rm(join(into, name), { recursive: true, force: true })
  }
}
