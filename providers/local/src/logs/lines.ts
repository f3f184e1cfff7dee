import { readSync } from "node:fs"

const CHUNK = 64 * 1024
const NEWLINE = 10

/** Where the last whole line before `end` ends; 0 when there is none. */
export function endOfLines(fd: number, end: number): number {
  for (let at = end; at > 0; at -= CHUNK) {
    const from = Math.max(0, at - CHUNK)
    const last = readAt(fd, from, at).lastIndexOf(NEWLINE)
    if (last !== -1) return from + last + 1
  }
  return 0
}

/** The lines before `end`, which is where one ends, newest first. Reads in pieces. */
export function* linesBackward(fd: number, end: number): Generator<string> {
  let at = end
  /** What was read and not given; ends with the newline of its newest line. */
  let rest: Buffer = Buffer.alloc(0)
  while (at > 0) {
    const from = Math.max(0, at - CHUNK)
    rest = Buffer.concat([readAt(fd, from, at), rest])
    at = from
    while (rest.length > 0) {
      const before = rest.length === 1 ? -1 : rest.lastIndexOf(NEWLINE, rest.length - 2)
      if (before === -1 && at > 0) break
      yield rest.toString("utf8", before + 1, rest.length - 1)
      rest = rest.subarray(0, before + 1)
    }
  }
}

/** The whole lines from `start` on, oldest first, each with where the next one begins. Reads in pieces. */
export function* linesForward(fd: number, start: number): Generator<{ text: string; next: number }> {
  let at = start
  let rest: Buffer = Buffer.alloc(0)
  for (;;) {
    const piece = readAt(fd, at + rest.length, at + rest.length + CHUNK)
    if (piece.length === 0) return
    rest = Buffer.concat([rest, piece])
    let used = 0
    for (let stop = rest.indexOf(NEWLINE); stop !== -1; stop = rest.indexOf(NEWLINE, used)) {
      const text = rest.toString("utf8", used, stop)
      used = stop + 1
      yield { text, next: at + used }
    }
    at += used
    rest = rest.subarray(used)
  }
}

/** Less where the file ends before. */
export function readAt(fd: number, from: number, to: number): Buffer {
  const buffer = Buffer.allocUnsafe(to - from)
  let length = 0
  while (length < buffer.length) {
    const more = readSync(fd, buffer, length, buffer.length - length, from + length)
    if (more === 0) break
    length += more
  }
  return buffer.subarray(0, length)
}
