import { problem } from "@alienplatform/core"
import { FILE_ID_LENGTH, type LogPosition } from "./open-log.ts"

const FORMAT = 1
const ID_BYTES = FILE_ID_LENGTH / 2
const ENTRY_BYTES = ID_BYTES + 4

/**
 * How far each log was read, as base64url: a byte for the format, then per log the id of a file and an offset of 32
 * bits. 14 characters per log, so that some 290 logs fit into the 4096 that the API takes.
 */
export function encodeCursor(positions: readonly LogPosition[]): string {
  const entries = positions.map(({ file, offset }) => {
    const entry = Buffer.alloc(ENTRY_BYTES)
    entry.write(file, "hex")
    entry.writeUInt32BE(offset, ID_BYTES)
    return entry
  })
  return Buffer.concat([Buffer.of(FORMAT), ...entries]).toString("base64url")
}

/** Offsets by file. Throws `cursor_invalid`. */
export function decodeCursor(cursor: string): Map<string, number> {
  const bytes = Buffer.from(cursor, "base64url")
  const canonical = bytes.toString("base64url") === cursor
  if (!canonical || bytes[0] !== FORMAT || bytes.length % ENTRY_BYTES !== 1) throw invalid(cursor)
  const known = new Map<string, number>()
  for (let at = 1; at < bytes.length; at += ENTRY_BYTES)
    known.set(bytes.toString("hex", at, at + ID_BYTES), bytes.readUInt32BE(at + ID_BYTES))
  return known
}

const invalid = (cursor: string) =>
  problem("cursor_invalid", {
    message: `${JSON.stringify(cursor.slice(0, 40))} is no cursor of these logs; ask without one, or with the one that the last answer gave`,
  })
