import { validateHeaderName, validateHeaderValue } from "node:http"
import { decodableCodings } from "./content-coding.ts"

/** Fields of one connection, not of the message (RFC 9110 7.6.1): node:http writes its own. */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
] as const

/** What goes on the wire before the body, but for what the body's bytes decide. */
export interface ResponseHead {
  status: number
  /** Empty: what is usual for the status. */
  statusText: string
  /** End-to-end fields without content-length and content-encoding, a repeated one as often as it comes. */
  headers: readonly (readonly [name: string, value: string])[]
  /** As announced; nothing when it is no length. */
  length: number | undefined
  contentEncoding: string | undefined
  /** In the content-encoding, as far as `fetch` would have decoded them. */
  codings: readonly string[]
}

/**
 * The head of what a handler returned. By shape, not by class: a handler may bundle its own implementation of the
 * standard, and that may hold what the standard forbids.
 * @throws TypeError that says what HTTP cannot carry
 */
export function responseHead(response: Response): ResponseHead {
  const { status, statusText } = response
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new TypeError(`fetch returned a Response with status ${String(status)}; statuses are 200 to 599`)
  const all = Array.from(response.headers, ([name, value]) => checked(name, String(value)))
  const dropped = new Set<string>([...HOP_BY_HOP, ...listed(fieldValue(all, "connection"))])
  const contentEncoding = fieldValue(all, "content-encoding")
  return {
    status,
    // A phrase that HTTP cannot carry is left out: clients ignore it anyway (RFC 9112 4).
    statusText: /^[\t\x20-\x7e\x80-\xff]*$/.test(statusText ?? "") ? (statusText ?? "") : "",
    headers: all.filter(([name]) => !dropped.has(name) && !DECIDED_BY_BODY.has(name)),
    length: lengthOf(fieldValue(all, "content-length")),
    contentEncoding,
    codings: isWithinEncoded(status, fieldValue(all, "content-range")) ? [] : decodableCodings(contentEncoding),
  }
}

const DECIDED_BY_BODY: ReadonlySet<string> = new Set(["content-length", "content-encoding"])

function checked(name: string, value: string): readonly [string, string] {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  } catch {
    throw new TypeError(`fetch returned a Response whose header ${JSON.stringify(name)} holds what HTTP cannot carry`)
  }
  return [name.toLowerCase(), value]
}

const fieldValue = (headers: readonly (readonly [string, string])[], wanted: string): string | undefined => {
  const values = headers.filter(([name]) => name === wanted).map(([, value]) => value)
  return values.length === 0 ? undefined : values.join(", ")
}

const listed = (connection = ""): string[] => connection.split(",").map((name) => name.trim().toLowerCase())

/** One value that is repeated may stand for itself (RFC 9110 8.6). */
function lengthOf(value: string | undefined): number | undefined {
  const [length = "", ...others] = new Set(value?.split(",").map((one) => one.trim()))
  return others.length === 0 && /^\d{1,15}$/.test(length) ? Number(length) : undefined
}

/** A part from the middle of an encoded file does not begin as the whole does (RFC 9110 14.4). */
const isWithinEncoded = (status: number, contentRange: string | undefined): boolean =>
  status === 206 && !/^bytes 0-/.test(contentRange ?? "")
