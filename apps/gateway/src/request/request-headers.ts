import { withoutListed } from "../header-fields.ts"
import type { Address } from "../table/address.ts"

/** What goes upstream, and what the gateway itself has to know of it. */
export interface ForwardedHeaders {
  /** Names and values in turn, as undici takes them. */
  headers: string[]
  /** The client announced a body. */
  body: boolean
}

/**
 * End-to-end headers of a request, with ours added.
 *
 * Dropped: what RFC 9110 section 7.6.1 calls connection-specific, including every name that `Connection` lists;
 * `Expect`, which the gateway answers itself; `Trailer` of a body that is not streamed, since no trailers can follow it;
 * `Proxy-Authorization`; and every `Forwarded` and `X-Forwarded-*` of the client, who may write anything there.
 * Pseudo-headers of HTTP/2 are left out, and its split cookies joined (RFC 9113 section 8.2.3).
 */
export function requestHeaders(request: {
  /** Names and values in turn, as received. */
  raw: readonly string[]
  address: Address
  remoteAddress: string | undefined
  /** The body goes on in chunks: without its length, if the client told it. */
  streamed: boolean
}): ForwardedHeaders {
  const { raw, address, remoteAddress, streamed } = request
  const headers = ["host", address.authority]
  let body = false
  let cookie = ""
  let listed: string | undefined
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? ""
    const value = raw[index + 1] ?? ""
    switch (kindOf(name)) {
      case Kind.endToEnd:
        headers.push(name, value)
        break
      case Kind.connection:
        if (!isCommonConnection(value)) listed = listed === undefined ? value : `${listed},${value}`
        break
      case Kind.contentLength:
        body ||= value !== "0"
        if (!streamed) headers.push(name, value)
        break
      case Kind.trailer:
        if (streamed) headers.push(name, value)
        break
      case Kind.transferEncoding:
        body = true
        break
      case Kind.cookie:
        cookie = cookie === "" ? value : `${cookie}; ${value}`
        break
    }
  }
  if (cookie !== "") headers.push("cookie", cookie)
  const kept = listed === undefined ? headers : withoutListed(headers, listed)
  const ipv6 = remoteAddress?.includes(":") ?? false
  kept.push(
    "x-forwarded-for",
    remoteAddress ?? "unknown",
    "x-forwarded-proto",
    "https",
    "x-forwarded-host",
    address.authority,
    "x-forwarded-port",
    address.port,
    "forwarded",
    ipv6 ? address.forwardedIpv6 : address.forwardedIpv4,
  )
  return { headers: kept, body }
}

/** Values that name no header of the message: nearly every request. */
const isCommonConnection = (value: string): boolean =>
  value === "keep-alive" || value === "close" || value === "Upgrade" || value === "upgrade" || value === "Keep-Alive"

const Kind = {
  endToEnd: 0,
  dropped: 1,
  connection: 2,
  contentLength: 3,
  transferEncoding: 4,
  cookie: 5,
  trailer: 6,
} as const
type Kind = (typeof Kind)[keyof typeof Kind]

const SPECIAL = new Map<string, Kind>([
  ["connection", Kind.connection],
  ["content-length", Kind.contentLength],
  ["transfer-encoding", Kind.transferEncoding],
  ["cookie", Kind.cookie],
  ["trailer", Kind.trailer],
  ...[
    "host",
    "te",
    "expect",
    "upgrade",
    "keep-alive",
    "proxy-connection",
    "proxy-authorization",
    "http2-settings",
    "forwarded",
  ].map((name): [string, Kind] => [name, Kind.dropped]),
])

/** Bit n: a special name has n characters. Most names are told apart by their length alone. */
const SPECIAL_LENGTHS = [...SPECIAL.keys()].reduce((bits, name) => bits | (1 << name.length), 0)

/** Frameworks that map headers to variables read `x_forwarded_for` as `x-forwarded-for`. */
const FORWARDED = /^x[-_]forwarded[-_]/i

const COLON = 58
const LOWER_X = 120

function kindOf(name: string): Kind {
  const first = name.charCodeAt(0)
  if (first === COLON) return Kind.dropped
  if ((first | 32) === LOWER_X) return FORWARDED.test(name) ? Kind.dropped : Kind.endToEnd
  if (name.length > 19 || (SPECIAL_LENGTHS & (1 << name.length)) === 0) return Kind.endToEnd
  return SPECIAL.get(name.toLowerCase()) ?? Kind.endToEnd
}
