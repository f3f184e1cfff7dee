import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from "node:fs"
import { dirname } from "node:path"
import { makeDirectorySync } from "@alienplatform/core/make-directory"
import type { LogLine } from "@alienplatform/engine"
import { openLog } from "../logs/open-log.ts"

const MAX_BYTES = 10 * 1024 * 1024
const MAX_FILES = 3

/** Captured output as NDJSON. `file` is the newest; `file.1` and `file.2` are older, each at most 10 MiB and a line. */
export class LogFile {
  readonly #file: string
  readonly #maxBytes: number
  /** Absent after it could not be opened: another program's file may have got its number. */
  #fd: number | undefined
  #size = 0

  constructor(file: string, maxBytes = MAX_BYTES) {
    this.#file = file
    this.#maxBytes = maxBytes
    this.#open()
  }

  append(lines: readonly LogLine[]): void {
    let texts: Buffer[] = []
    let size = 0
    for (const line of lines) {
      const text = Buffer.from(`${JSON.stringify(line)}\n`)
      const before = this.#size + size
      if (before > 0 && before + text.length > this.#maxBytes) {
        this.#write(Buffer.concat(texts))
        texts = []
        size = 0
        this.#rotate()
      }
      texts.push(text)
      size += text.length
    }
    this.#write(Buffer.concat(texts))
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }

  #open(): number {
    makeDirectorySync(dirname(this.#file), 0o700)
    const fd = openSync(this.#file, "a", 0o600)
    this.#fd = fd
    this.#size = fstatSync(fd).size
    return fd
  }

  #write(text: Buffer): void {
    const fd = this.#fd ?? this.#open()
    for (let at = 0; at < text.length; ) {
      const written = writeSync(fd, text, at)
      at += written
      this.#size += written
    }
  }

  #rotate(): void {
    this.close()
    for (let age = MAX_FILES - 1; age > 0; age--) {
      const from = age === 1 ? this.#file : `${this.#file}.${age - 1}`
      renameIfThere(from, `${this.#file}.${age}`)
    }
    this.#open()
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
