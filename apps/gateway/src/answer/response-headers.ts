import type { OutgoingHttpHeaders } from "node:http2"
import { GATEWAY_HEADER } from "@alienplatform/provider-local/gateway-table"
import { withoutListed } from "../header-fields.ts"

export interface ResponseHead {
  /** End-to-end headers, names and values in turn. */
  headers: string[]
  /** `Trailer`: the upstream announced these. */
  trailer: string | undefined
  /** The protocol that a 101 switches to. */
  upgrade: string | undefined
}

/** End-to-end headers of an upstream's answer. @param raw names and values in turn, latin-1 */
export function responseHead(raw: readonly Uint8Array[]): ResponseHead {
  const headers: string[] = []
  let trailer: string | undefined
  let upgrade: string | undefined
  let listed: string | undefined
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = text(raw[index])
    const value = text(raw[index + 1])
    switch (name.length) {
      case 2: // te
      case 7: // trailer, upgrade
      case 10: // connection, keep-alive
      case 14: // http2-settings
      case 15: // x-alien-gateway
      case 16: // proxy-connection
      case 17: // transfer-encoding
      case 18: {
        // proxy-authenticate
        const lower = name.toLowerCase()
        if (lower === "connection") {
          const plain = value.toLowerCase()
          if (plain !== "keep-alive" && plain !== "close") listed = listed === undefined ? value : `${listed},${value}`
        } else if (lower === "trailer") trailer = value
        else if (lower === "upgrade") upgrade = value
        if (!HOP_BY_HOP.has(lower)) headers.push(name, value)
        break
      }
      default:
        headers.push(name, value)
    }
  }
  return { headers: listed === undefined ? headers : withoutListed(headers, listed), trailer, upgrade }
}

const HOP_BY_HOP = new Set([
  "te",
  "trailer",
  "upgrade",
  "connection",
  "keep-alive",
  "http2-settings",
  GATEWAY_HEADER,
  "proxy-connection",
  "transfer-encoding",
  "proxy-authenticate",
])

const text = (bytes: Uint8Array | undefined): string =>
  bytes === undefined ? "" : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")

/** The same for HTTP/2: lower case, a repeated header as a list. */
export function http2Headers(status: number, headers: readonly string[]): OutgoingHttpHeaders {
  const result: OutgoingHttpHeaders = { ":status": status }
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = (headers[index] ?? "").toLowerCase()
    const value = headers[index + 1] ?? ""
    const before = result[name]
    if (before === undefined) result[name] = value
    else if (Array.isArray(before)) before.push(value)
    else if (name === "set-cookie") result[name] = [String(before), value]
    else result[name] = `${before}, ${value}`
  }
  return result
}

/** Trailers as undici hands them over, lower case. */
export function trailersOf(raw: readonly (string | Uint8Array)[] | null): Record<string, string> | undefined {
  if (raw === null || raw.length === 0) return undefined
  const trailers: Record<string, string> = {}
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = decode(raw[index]).toLowerCase()
    if (!HOP_BY_HOP.has(name) && !NOT_IN_TRAILERS.has(name)) trailers[name] = decode(raw[index + 1])
  }
  return trailers
}

/** Framing and routing must not come late (RFC 9110 section 6.5.1). */
const NOT_IN_TRAILERS = new Set(["content-length", "host", "trailer", "content-encoding", "content-type"])

const decode = (value: string | Uint8Array | undefined): string => (typeof value === "string" ? value : text(value))
