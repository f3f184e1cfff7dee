import type { X509Certificate } from "node:crypto"
import { type Refusal, refusals } from "../answer/refusals.ts"
import { type Address, hostOf } from "../table/address.ts"
import { covers } from "../table/certificate.ts"
import type { Routing } from "../table/routing.ts"

/** What the gateway has to know of a TLS connection. */
export interface Connection {
  /** SNI as sent, false when there was none. */
  readonly servername?: string | false | null
  getX509Certificate(): X509Certificate | undefined
}

/**
 * Where a request goes, or why not. A host other than the connection's SNI is served when the certificate that the
 * connection was opened with covers it, as clients of HTTP/2 expect (RFC 9113 section 9.1.1), else 421.
 */
export function admit(routing: Routing, authority: string, connection: Connection): Address | Refusal {
  const address = routing.find(authority)
  if (address === undefined) return refusals.routeUnknown(authority)
  const { destination } = address
  const { host } = destination.route
  if (connection.servername !== host && !presented(connection, host))
    return refusals.misdirected(hostOf(authority) ?? authority, connection.servername || "")
  if (destination.upstreams.length === 0) return refusals.none(destination.facts)
  if (destination.load.inFlight >= destination.concurrencyLimit)
    return refusals.concurrency(destination.facts, destination.concurrencyLimit)
  return address
}

function presented(connection: Connection, host: string): boolean {
  const leaf = connection.getX509Certificate()
  return leaf !== undefined && covers(leaf, host)
}

/**
 * The host that an HTTP/1.1 request is for, and its path. A target in absolute form wins over `Host` (RFC 9112
 * section 3.2.2). Undefined: no `Host` or two, or a target that is neither a path nor a URL.
 */
export function targetOf(url: string, raw: readonly string[]): { authority: string; path: string } | undefined {
  let authority: string | undefined
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? ""
    if (name.length !== 4 || name.toLowerCase() !== "host") continue
    if (authority !== undefined) return undefined
    authority = raw[index + 1] ?? ""
  }
  if (url.charCodeAt(0) === SLASH) return authority ? { authority, path: url } : undefined
  const absolute = /^https?:\/\/([^/?#]+)([^#]*)/i.exec(url)
  if (!absolute) return undefined
  const [, host = "", rest = ""] = absolute
  return { authority: host, path: rest.startsWith("/") ? rest : `/${rest}` }
}

const SLASH = 47
