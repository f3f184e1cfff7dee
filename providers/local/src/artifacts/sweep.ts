import { readdir, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { readRecords } from "../supervisor/record.ts"

/** An artifact that was used so lately may belong to a process that is just being put, in ms. */
const GRACE_MS = 10 * 60_000

export interface SweepOptions {
  dataDirectory: string
  /** ms since the epoch */
  now: number
}

/**
 * Removes unpacked artifacts that no supervised process runs from and that nobody unpacked in the last ten minutes; the
 * archives stay, so that any of them can be unpacked again. Does nothing while a process record cannot be read.
 */
export async function sweepArtifacts({ dataDirectory, now }: SweepOptions): Promise<void> {
  const into = join(dataDirectory, "artifacts")
  const { records, unreadable } = readRecords(join(dataDirectory, "run"))
  if (unreadable.length > 0) return
  const places = records.flatMap(({ spec }) => [spec.cwd ?? "", ...(spec.command ?? [])])
  const isUsed = (directory: string) => places.some((place) => place === directory || place.startsWith(`${directory}/`))
  for (const name of await readdir(into).catch(() => [])) {
    const directory = join(into, name)
    if (!/^[0-9a-f]{64}$/.test(name) || isUsed(directory)) continue
    const found = await stat(directory).catch(() => undefined)
    if (found && now - found.mtimeMs > GRACE_MS) await rm(directory, { recursive: true, force: true })
  }
}
