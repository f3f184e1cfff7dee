import type { Route } from "@alienplatform/provider-local/gateway-table"
import type { EndpointFacts } from "../answer/endpoint-facts.ts"
import type { Upstream } from "../upstream/upstream.ts"
import type { Certificate } from "./certificate.ts"

/** What outlives a change of the table: counted and turned per route, by its key. */
export interface Load {
  /** Requests and upgraded connections under way. */
  inFlight: number
  /** Grows with every request; the upstream is this modulo their number. */
  turn: number
}

/** A route of the table, ready to be used. */
export interface Destination {
  readonly route: Route
  readonly certificate: Certificate
  /** In the table's order. */
  readonly upstreams: readonly Upstream[]
  readonly load: Load
  /** Until the headers of an answer. */
  readonly timeoutMs: number
  readonly concurrencyLimit: number
  readonly facts: EndpointFacts
}
