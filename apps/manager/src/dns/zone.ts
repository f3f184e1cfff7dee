/**
 * Records as lines of a master file: absolute names, no TTL, so that the zone's own holds.
 * @see https://www.rfc-editor.org/rfc/rfc1035#section-5
 */
import { groupByRecord, type NeededRecord } from "./records.ts"

/** Bytes of one character-string (RFC 1035, 3.3). */
const STRING_LIMIT = 255
/** Types whose last field is a name. */
const NAMES_LAST = new Set(["CNAME", "DNAME", "MX", "NS", "PTR", "SRV"])
/** What a master file can say. Others, like a provider's ALIAS, are made in its console. */
const TYPES = new Set([...NAMES_LAST, "A", "AAAA", "CAA", "TXT"])

/** The lines, each under a comment that says what it is for; what has to go or cannot be said here is a comment too. */
export function zoneOf(records: readonly NeededRecord[]): string {
  if (records.length === 0) return "; no endpoint needs a record\n"
  return groupByRecord(records)
    .map(({ record, endpoints }) => `; ${comment(record, endpoints)}\n${lineOf(record)}\n`)
    .join("")
}

const comment = ({ purpose, status }: NeededRecord, endpoints: readonly string[]): string =>
  escaped(`${endpoints.join(", ")}: ${purpose}, ${status === "remove" ? "to be removed" : status}`)

function lineOf(record: NeededRecord): string {
  const type = record.type.toUpperCase()
  if (!TYPES.has(type)) return `; ${escaped(`${record.name} ${type} ${record.value}`)}`
  const line = `${absolute(record.name)} IN ${type} ${dataOf(type, record.value)}`
  return record.status === "remove" ? `; ${line}` : line
}

function dataOf(type: string, value: string): string {
  if (type === "TXT") return quoted(value)
  if (!NAMES_LAST.has(type)) return escaped(value)
  const fields = value.trim().split(/\s+/)
  return [...fields.slice(0, -1).map(escaped), absolute(fields.at(-1) ?? "")].join(" ")
}

/** A name with its root dot; what would mean something else to a reader of the file is escaped. */
const absolute = (name: string): string =>
  `${[...Buffer.from(name.replace(/\.$/, ""), "utf8")].map((byte) => (/[\w.*-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : decimal(byte))).join("")}.`

/** A text as quoted strings of at most 255 bytes, which a reader puts together again. */
function quoted(text: string): string {
  const bytes = Buffer.from(text, "utf8")
  const strings: string[] = []
  for (let at = 0; at < bytes.byteLength || at === 0; at += STRING_LIMIT)
    strings.push(`"${[...bytes.subarray(at, at + STRING_LIMIT)].map(inQuotes).join("")}"`)
  return strings.join(" ")
}

function inQuotes(byte: number): string {
  if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`
  return printable(byte) ? String.fromCharCode(byte) : decimal(byte)
}

/** Keeps a text on its line. */
const escaped = (text: string): string =>
  [...Buffer.from(text, "utf8")].map((byte) => (printable(byte) ? String.fromCharCode(byte) : decimal(byte))).join("")

const printable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f
const decimal = (byte: number): string => `\\${String(byte).padStart(3, "0")}`
