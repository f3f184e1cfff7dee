import { readFileSync, rmSync } from "node:fs"
import { z } from "zod"

/** Names the file in which a program counts errors that nobody caught; the worker runtime does. */
export const ERRORS_VARIABLE = "ALIEN_ERRORS_FILE"

/** More is not what the runtime writes. */
const MAX_BYTES = 4 * 1024

export const ReportedErrors = z.object({
  count: z.int().positive(),
  /** ms since the epoch */
  firstAt: z.number(),
  lastAt: z.number(),
  /** First line of the last one. */
  last: z.string().max(MAX_BYTES),
})
export type ReportedErrors = z.infer<typeof ReportedErrors>

const ErrorsFile = ReportedErrors.extend({ pid: z.int() })

/** What the process itself says in the file; null when it says nothing, or another process, or an earlier one, said it. */
export function readReportedErrors(file: string, pid: number | undefined): ReportedErrors | null {
  const parsed = ErrorsFile.safeParse(parse(readText(file)))
  if (!parsed.success || parsed.data.pid !== pid) return null
  const { pid: _, ...errors } = parsed.data
  return errors
}

export function removeReportedErrors(file: string): void {
  for (const name of [file, `${file}.new`]) rmSync(name, { force: true })
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8").slice(0, MAX_BYTES)
  } catch {
    return "" // There is none.
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
