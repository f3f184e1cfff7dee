import { validateHeaderName, validateHeaderValue } from "node:http"
import type { OutgoingHttpHeaders } from "node:http2"

/** Removes the headers that a `Connection` value names, but never what the gateway depends on itself. */
export function withoutListed(headers: readonly string[], listed: string): string[] {
  const names = new Set(listed.split(",").map((name) => name.trim().toLowerCase()))
  for (const name of ["host", "content-length"]) names.delete(name)
  const kept: string[] = []
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? ""
    if (!names.has(name.toLowerCase())) kept.push(name, headers[index + 1] ?? "")
  }
  return kept
}

/**
 * Trailers that may be passed on, lower case. Left out is what must not come late (RFC 9110 section 6.5.1): framing,
 * routing, authentication, what changes the meaning of a message, and what this gateway alone says.
 * @param raw names and values in turn, as received
 */
export function trailerFields(raw: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase()
    const value = raw[index + 1] ?? ""
    if (!NOT_IN_TRAILERS.test(name) && isField(name, value)) kept.push(name, value)
  }
  return kept
}

const NOT_IN_TRAILERS = new RegExp(
  `^(?:${[
    ...["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"],
    ...["content-length", "content-encoding", "content-type", "content-range", "host", "http2-settings"],
    ...["(?:proxy-)?authorization", "(?:www|proxy)-authenticate", "cookie2?", "set-cookie2?"],
    ...["cache-control", "expect", "max-forwards", "pragma", "range", "if-.*", "age", "expires", "location", "vary"],
    ...["forwarded", "x[-_]forwarded[-_].*", "x-alien-gateway"],
  ].join("|")})$`,
)

/** Has a name and a value that every version of HTTP can carry. */
function isField(name: string, value: string): boolean {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return true
  } catch {
    return false
  }
}

/** Those that every version of HTTP can carry. */
export function validFields(fields: readonly string[]): string[] {
  const valid: string[] = []
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] ?? ""
    const value = fields[index + 1] ?? ""
    if (isField(name, value)) valid.push(name, value)
  }
  return valid
}

/** Throws for a field that no version of HTTP can carry. */
export function ensureFields(fields: readonly string[]): void {
  for (let index = 0; index + 1 < fields.length; index += 2) {
    validateHeaderName(fields[index] ?? "")
    validateHeaderValue(fields[index] ?? "", fields[index + 1] ?? "")
  }
}

/** Fields as pairs, the form in which Node takes trailers of HTTP/1.1. */
export const fieldPairs = (fields: readonly string[]): [string, string][] =>
  Array.from({ length: fields.length / 2 }, (_, index) => [fields[2 * index] ?? "", fields[2 * index + 1] ?? ""])

/** Fields in the form in which Node takes those of HTTP/2 that are no head of a request or an answer. */
export function fieldMap(fields: readonly string[]): OutgoingHttpHeaders {
  const map = new Map<string, string[]>()
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = (fields[index] ?? "").toLowerCase()
    const value = fields[index + 1] ?? ""
    const before = map.get(name)
    if (before) before.push(value)
    else map.set(name, [value])
  }
  // Without a prototype: `__proto__` and `constructor` are names like any other.
  return Object.assign(Object.create(null), Object.fromEntries(map))
}
