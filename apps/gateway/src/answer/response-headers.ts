import { GATEWAY_HEADER } from "@alienplatform/provider-local/gateway-table"
import { trailerFields, withoutListed } from "../header-fields.ts"
import { problem } from "../problem.ts"

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
        } else if (lower === "trailer") trailer = trailer === undefined ? value : `${trailer}, ${value}`
        else if (lower === "upgrade") upgrade = value
        else if (lower === "transfer-encoding") ensureChunked(value)
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

/** The chunks are taken off; the content of another coding could not be told from the body without its header. */
function ensureChunked(value: string): void {
  const coding = value.trim().toLowerCase()
  if (coding !== "chunked" && coding !== "identity")
    throw problem("transfer_coding_not_supported", { message: `its answer has the transfer coding ${coding}` })
}

/** The same for HTTP/2: lower case, every field by itself as it came. */
export function http2Head(status: number, headers: readonly string[]): string[] {
  const head = [":status", String(status)]
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? ""
    // Node looks at all others, and leaves this one to the client.
    if (name === "") throw new TypeError("a header without a name")
    head.push(name.toLowerCase(), headers[index + 1] ?? "")
  }
  return head
}

/** End-to-end trailers of an upstream's answer, lower case, names and values in turn; undefined where there are none. */
export function responseTrailers(raw: readonly (string | Uint8Array)[] | null): string[] | undefined {
  return raw === null || raw.length === 0 ? undefined : trailerFields(raw.map(decode))
}

const decode = (value: string | Uint8Array): string => (typeof value === "string" ? value : text(value))
