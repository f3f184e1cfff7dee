import { closeSync, fstatSync, openSync } from "node:fs"
import { codeOf, parseJson, sha256Hex } from "@alienplatform/core"
import type { LogLine } from "@alienplatform/engine"
import { z } from "zod"
import { endOfLines, linesBackward, linesForward, readAt } from "./lines.ts"

/** A log's files, newest first: `x.ndjson`, `x.ndjson.1`, `x.ndjson.2`. */
const AGES = ["", ".1", ".2"]
/** Lower-case hex digits. */
export const FILE_ID_LENGTH = 12
/** Bytes of a file's first line that go into its id. */
const FIRST_BYTES = 4096

const Line = z.object({
  time: z.iso.datetime(),
  stream: z.enum(["stdout", "stderr", "access", "platform"]),
  line: z.string(),
})

interface OpenFile {
  fd: number
  /**
   * By inode and first line: the same wherever rotation has moved the file, and another one for a file that was given
   * the inode of a removed one.
   */
  id: string
  /** End of the last line that was whole when the file was opened, in bytes. */
  end: number
}

/** A place in a log: everything before it was read. */
export interface LogPosition {
  /** Id of the file. */
  file: string
  offset: number
}

/** A log and its older files, as they were when it was opened. */
export interface OpenLog extends Disposable {
  /** Newest first. */
  backward(): IteratorObject<LogLine>
  /** Oldest first, from a position, or from the beginning. */
  forward(from: LogPosition | undefined): IteratorObject<LogLine & { next: LogPosition }>
  /** The last of the positions that lies in it; `known` says how far a file was read. */
  find(known: (file: string) => number | undefined): LogPosition | undefined
  /** After the newest line; nothing for a log without lines. */
  end(): LogPosition | undefined
}

/** A log that is not there has no lines. */
export function openLog(path: string): OpenLog {
  const files = filesOf(path)
  return {
    *backward() {
      for (const { fd, end } of files.toReversed()) for (const text of linesBackward(fd, end)) yield* parsed(text)
    },
    *forward(from) {
      const first = Math.max(
        files.findIndex(({ id }) => id === from?.file),
        0,
      )
      for (const { fd, id } of files.slice(first)) {
        const start = id === from?.file ? from.offset : 0
        for (const { text, next } of linesForward(fd, start))
          for (const line of parsed(text)) yield { ...line, next: { file: id, offset: next } }
      }
    },
    find(known) {
      const found = files.findLast(({ id, end }) => (known(id) ?? end + 1) <= end)
      return found && { file: found.id, offset: known(found.id) ?? 0 }
    },
    end() {
      const newest = files.at(-1)
      return newest && { file: newest.id, offset: newest.end }
    },
    [Symbol.dispose]() {
      for (const { fd } of files) closeSync(fd)
    },
  }
}

/** Log files that hold a line, oldest first. */
function filesOf(path: string): OpenFile[] {
  const files: OpenFile[] = []
  const inodes = new Set<bigint>()
  // Newest first: a rotation in between shows a file twice, but hides none.
  for (const age of AGES) {
    const fd = openIfThere(`${path}${age}`)
    if (fd === undefined) continue
    const { ino, size } = fstatSync(fd, { bigint: true })
    const end = endOfLines(fd, Number(size))
    if (end === 0 || inodes.has(ino)) closeSync(fd)
    else files.unshift({ fd, id: idOf(fd, ino), end })
    inodes.add(ino)
  }
  return files
}

function idOf(fd: number, inode: bigint): string {
  const [line = ""] = readAt(fd, 0, FIRST_BYTES).toString("latin1").split("\n", 1)
  return sha256Hex(`${inode}\n${line}`).slice(0, FILE_ID_LENGTH)
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, "r")
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined
    throw error
  }
}

/** Nothing for a line that is not ours: a crash may have left half of one. */
function parsed(text: string): LogLine[] {
  const line = Line.safeParse(parseJson(text))
  return line.success ? [line.data] : []
}
