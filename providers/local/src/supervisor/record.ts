import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseJson } from "@alienplatform/core"
import { makeDirectorySync } from "@alienplatform/core/make-directory"
import { z } from "zod"
import { CrashHistory, NO_CRASHES } from "./crash-history.ts"
import { Exit, ProcessSpec } from "./protocol.ts"

/**
 * `run/<object>.json`, mode 0600: what a new supervisor needs to find a process again or to start it again. It holds
 * the whole spec and so the environment, secrets included; nobody but the user can read it, and it goes with the process.
 */
export const ProcessRecord = z.object({
  format: z.literal(1),
  spec: ProcessSpec,
  /** False once it was asked to end for good. */
  wanted: z.boolean(),
  /** ms since the epoch; how long requests under way may hold up the end of one that is not wanted. */
  drainUntil: z.number().optional(),
  ports: z.array(z.int()),
  restarts: z.int(),
  crashes: CrashHistory.default(NO_CRASHES),
  lastExit: Exit.nullable().default(null),
  /** Written before the spawn; the process carries it in its environment. */
  mark: z.string().nullable(),
  /** Written after the spawn. */
  pid: z.int().nullable(),
  startTime: z.string().nullable(),
  incarnation: z.int(),
})
export type ProcessRecord = z.infer<typeof ProcessRecord>

const NAME = /^[a-z0-9_]{1,64}\.json$/

export function writeRecord(directory: string, record: ProcessRecord): void {
  makeDirectorySync(directory, 0o700)
  const file = join(directory, `${record.spec.object}.json`)
  writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

export function removeRecord(directory: string, object: string): void {
  rmSync(join(directory, `${object}.json`), { force: true })
}

/** Records of another format, or damaged ones, are left alone and reported in `unreadable`. */
export function readRecords(directory: string): { records: ProcessRecord[]; unreadable: string[] } {
  const records: ProcessRecord[] = []
  const unreadable: string[] = []
  for (const name of readdirSync(directory).filter((entry) => NAME.test(entry))) {
    const record = ProcessRecord.safeParse(parseJson(readFileSync(join(directory, name), "utf8")))
    if (record.success) records.push(record.data)
    else unreadable.push(name)
  }
  return { records, unreadable }
}
