import type { X509Certificate } from "node:crypto"
import { type Refusal, refusals } from "../answer/refusals.ts"
import type { GatewayState } from "../gateway-state.ts"
import { type Address, type Authority, parseAuthority } from "../table/address.ts"
import { covers } from "../table/certificate.ts"
import { deploymentOf, isLocalName } from "../table/local-name.ts"

/** What the gateway has to know of a TLS connection. */
export interface Connection {
  /** SNI as sent, false when there was none. */
  readonly servername?: string | false | null
  getX509Certificate(): X509Certificate | undefined
}

/**
 * Where a request goes, or why not. A host other than the connection's SNI is served when the certificate that the
 * connection was opened with covers it, as clients of HTTP/2 expect (RFC 9113 section 9.1.1), else 421.
 * @param authority `Host` or `:authority` as received
 */
export function admit(state: GatewayState, authority: string, connection: Connection): Address | Refusal {
  const address = state.routing.known(authority) ?? lookUp(state, authority)
  if ("status" in address) return address
  const { destination } = address
  const { host } = destination.route
  if (connection.servername !== host && !presented(connection, host))
    return refusals.misdirected(host, connection.servername || "")
  if (destination.upstreams.length === 0) return refusals.none(destination.facts)
  if (destination.load.inFlight >= destination.concurrencyLimit)
    return refusals.concurrency(destination.facts, destination.concurrencyLimit)
  return address
}

/** An unusual spelling, an unknown host, or none at all (RFC 9112 section 3.2: 400). */
function lookUp(state: GatewayState, text: string): Address | Refusal {
  const authority = parseAuthority(text)
  if (authority === undefined) return refusals.invalid("its host is no name with a port from 1 to 65535")
  return state.routing.find(authority) ?? nothingAt(state, authority)
}

/** Names under `localhost` lead to this machine alone, so who asks for one may read what else there is. */
function nothingAt({ routing, unserved }: GatewayState, { host, port }: Authority): Refusal {
  if (!isLocalName(host)) return refusals.routeUnknown(host)
  const deployment = deploymentOf(host)
  const served = routing.served(port)
  return deployment !== undefined && unserved.isAwaited(host)
    ? refusals.notServedYet(host, { deployment, served })
    : refusals.routeUnknown(host, { deployment, served })
}

function presented(connection: Connection, host: string): boolean {
  const leaf = connection.getX509Certificate()
  return leaf !== undefined && covers(leaf, host)
}
