import type { SecureContext } from "node:tls"
import type { GatewayStatus, Route, RouteTable } from "@alienplatform/provider-local/gateway-table"
import type { AccessLogs } from "../answer/access-log/access-logs.ts"
import type { ServedEndpoint } from "../answer/endpoint-facts.ts"
import { codeOf, messageOf, problem } from "../problem.ts"
import type { Upstreams } from "../upstream/upstreams.ts"
import { type Address, type Authority, addressOf, originOf } from "./address.ts"
import { type Certificate, covers, loadCertificate } from "./certificate.ts"
import type { Destination, Load } from "./destination.ts"

/** What is served now. A change of the table makes a new one; requests under way keep the old one's destination. */
export class Routing {
  readonly version: number
  /** The gateway's own. */
  readonly port: number
  readonly rejected: GatewayStatus["rejected"]
  readonly destinations: ReadonlyMap<string, Destination>
  /** The usual spellings of each host, prepared: `name` and `name:port`. */
  readonly #addresses = new Map<string, Address>()
  readonly #wildcards: readonly Certificate[]

  constructor(options: {
    version: number
    port: number
    destinations: ReadonlyMap<string, Destination>
    rejected: GatewayStatus["rejected"]
  }) {
    this.version = options.version
    this.rejected = options.rejected
    this.destinations = options.destinations
    this.port = options.port
    this.#wildcards = [...options.destinations.values()]
      .map(({ certificate }) => certificate)
      .filter(({ leaf }) => leaf.subjectAltName?.includes("DNS:*."))
    for (const [host, destination] of options.destinations)
      for (const port of [undefined, options.port]) {
        const authority = port === undefined ? host : `${host}:${port}`
        this.#addresses.set(authority, addressOf(destination, { host, port, authority }))
      }
  }

  /** What the usual spellings of a host lead to. @param authority `Host` or `:authority` as received */
  known(authority: string): Address | undefined {
    return this.#addresses.get(authority)
  }

  find(authority: Authority): Address | undefined {
    const destination = this.destinations.get(authority.host)
    return destination && addressOf(destination, authority)
  }

  /** Every endpoint, in the order of hosts, at a port by which a caller came. */
  served(port: number | undefined): ServedEndpoint[] {
    return [...this.destinations.values()]
      .map(({ facts: { host, deployment, resource, endpoint } }) => ({
        url: originOf({ host, port }),
        ...{ deployment, resource, endpoint },
      }))
      .sort((one, other) => one.url.localeCompare(other.url))
  }

  /** Of the host's own certificate, else of a wildcard that covers it: such a client gets to read the 404 page. */
  secureContext(servername: string): SecureContext | undefined {
    const host = servername.toLowerCase()
    const own = this.destinations.get(host)?.certificate
    return (own ?? this.#wildcards.find(({ leaf }) => covers(leaf, host)))?.context
  }
}

/**
 * Takes a table. A route that cannot be served is left out and reported, the others are served. Certificates,
 * upstreams and counters of the routing before are used again where they are the same.
 */
export async function routingOf(options: {
  table: RouteTable
  before: Routing
  directory: string
  port: number
  upstreams: Upstreams
  logs: AccessLogs
}): Promise<Routing> {
  const { table, before, directory, port, upstreams, logs } = options
  const certificates = new Map<string, Promise<Certificate>>()
  const loads = new Map<string, Load>()
  for (const { route, certificate, load } of before.destinations.values()) {
    certificates.set(certificateKey(route), Promise.resolve(certificate))
    loads.set(route.key, load)
  }
  for (const route of table.routes) {
    const key = certificateKey(route)
    if (certificates.has(key)) continue
    const loading = loadCertificate(directory, route)
    // Its failure is told below, when the route's turn comes.
    loading.catch(() => {})
    certificates.set(key, loading)
  }
  const destinations = new Map<string, Destination>()
  const rejected: GatewayStatus["rejected"] = {}
  for (const route of table.routes) {
    try {
      if (destinations.has(route.host)) throw hostTaken(route, destinations.get(route.host))
      const certificate = await certificates.get(certificateKey(route))
      if (certificate === undefined) continue
      destinations.set(route.host, {
        route,
        certificate,
        upstreams: route.upstreams.map((upstream) => upstreams.get(upstream)),
        load: loads.get(route.key) ?? { inFlight: 0, turn: 0 },
        timeoutMs: (route.timeoutSeconds ?? 60) * 1000,
        concurrencyLimit: route.concurrencyLimit ?? Number.POSITIVE_INFINITY,
        facts: {
          host: route.host,
          deployment: route.deploymentName ?? route.deployment,
          resource: route.resource,
          endpoint: route.endpoint,
          log: logs.of(route),
        },
      })
    } catch (error) {
      rejected[route.key] = { code: codeOf(error), message: messageOf(error) }
    }
  }
  return new Routing({ version: table.version, port, destinations, rejected })
}

const certificateKey = ({ host, certificate }: Route): string =>
  JSON.stringify([host, certificate.sha256, certificate.chainFile, certificate.keyFile])

const hostTaken = (route: Route, other: Destination | undefined) =>
  problem("route_host_taken", {
    message: `host ${route.host} is already served by ${other?.route.key}; remove one of the two routes`,
  })
