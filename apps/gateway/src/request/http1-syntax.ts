import type { IncomingMessage } from "node:http"
import { type Refusal, refusals } from "../answer/refusals.ts"
import { parseAuthority } from "../table/address.ts"

/** The host that a request is for, and its path. */
export interface Target {
  authority: string
  path: string
}

/** What Node's parser lets through although the gateway cannot pass it on; undefined: nothing. */
export function faultOf(request: IncomingMessage): Refusal | undefined {
  // Node parses requests of 0.9 and 2.0 too, which have other framing or none.
  if (request.httpVersionMajor !== 1) return refusals.versionNotSupported(request.httpVersion)
  const { te, "transfer-encoding": coding } = request.headers
  // RFC 9110 section 10.1.4: who lists it there means the other header, or tries what proxies make of it.
  if (te !== undefined && /(?:^|,)[ \t]*chunked\b/i.test(String(te)))
    return refusals.invalid("TE must not list chunked")
  if (coding === undefined || (coding === "chunked" && request.httpVersionMinor > 0)) return undefined
  return faultOfCoding(coding, request.httpVersionMinor)
}

/** The body is no longer in chunks once it is forwarded, and a coding below them would be lost with the header. */
function faultOfCoding(value: string, minor: number): Refusal | undefined {
  const codings = value.split(",").map((coding) => coding.trim().toLowerCase())
  if (minor === 0) return refusals.invalid("HTTP/1.0 has no Transfer-Encoding")
  if (codings.slice(0, -1).includes("chunked"))
    return refusals.invalid("its Transfer-Encoding has chunks within chunks")
  if (codings.at(-1) !== "chunked") return refusals.invalid("its Transfer-Encoding does not end in chunked")
  if (codings.length === 1) return undefined
  return refusals.codingNotSupported(value)
}

/**
 * Where a request goes. A target in absolute form wins over `Host`, which every request of HTTP/1.1 has to have all the
 * same, once and well formed (RFC 9112 sections 3.2 and 3.2.2). Undefined: it has not, or the target is neither a path
 * nor a URL.
 */
export function targetOf({ url = "", rawHeaders: raw, httpVersionMinor }: IncomingMessage): Target | undefined {
  let host: string | undefined
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? ""
    if (name.length !== 4 || name.toLowerCase() !== "host") continue
    if (host !== undefined) return undefined
    host = raw[index + 1] ?? ""
  }
  if (url.charCodeAt(0) === SLASH) return host ? { authority: host, path: url } : undefined
  const absolute = /^https?:\/\/([^/?#]+)([^#]*)$/i.exec(url)
  if (!absolute) return undefined
  if (host === undefined ? httpVersionMinor > 0 : parseAuthority(host) === undefined) return undefined
  const [, authority = "", rest = ""] = absolute
  return { authority, path: rest.startsWith("/") ? rest : `/${rest}` }
}

const SLASH = 47
