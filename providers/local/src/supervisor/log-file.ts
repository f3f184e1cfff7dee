import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs"
import { dirname } from "node:path"
import type { LogLine } from "@alienplatform/engine"
import { openLog } from "../logs/open-log.ts"

const MAX_BYTES = 10 * 1024 * 1024
const MAX_FILES = 3

/** Captured output as NDJSON. `file` is the newest; `file.1` and `file.2` are older, each at most 10 MiB and a line. */
export class LogFile {
  readonly #file: string
  readonly #maxBytes: number
  #fd: number
  #size: number

  constructor(file: string, maxBytes = MAX_BYTES) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    this.#file = file
    this.#maxBytes = maxBytes
    this.#fd = openSync(file, "a", 0o600)
    this.#size = fstatSync(this.#fd).size
  }

  append(lines: readonly LogLine[]): void {
    for (const line of lines) {
      const text = Buffer.from(`${JSON.stringify(line)}\n`)
      if (this.#size > 0 && this.#size + text.length > this.#maxBytes) this.#rotate()
      writeSync(this.#fd, text)
      this.#size += text.length
    }
  }

  close(): void {
    closeSync(this.#fd)
  }

  #rotate(): void {
    closeSync(this.#fd)
    for (let age = MAX_FILES - 1; age > 0; age--) {
      const from = age === 1 ? this.#file : `${this.#file}.${age - 1}`
      renameIfThere(from, `${this.#file}.${age}`)
    }
    this.#fd = openSync(this.#file, "a", 0o600)
    this.#size = 0
  }
}

/** All lines of a log that still exist, oldest first; nothing when there is no such log. */
export const readLog = (file: string): LogLine[] => lastLogLines(file, Number.POSITIVE_INFINITY)

/** The newest lines of a log, oldest first; reads no more of it than it needs. */
export function lastLogLines(file: string, count: number): LogLine[] {
  using log = openLog(file)
  return log.backward().take(count).toArray().reverse()
}

export function removeLog(file: string): void {
  for (let age = 0; age < MAX_FILES; age++) rmSync(age === 0 ? file : `${file}.${age}`, { force: true })
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error
  }
}
