import type { Duplex } from "node:stream"
import type { Connections } from "./connections/connections.ts"
import type { Limits } from "./limits.ts"
import type { Pace } from "./pace.ts"
import type { Routing } from "./table/routing.ts"
import type { UnservedNames } from "./table/unserved-names.ts"

/** What all parts of the running gateway share; connections read it anew for every request. */
export interface GatewayState {
  routing: Routing
  readonly unserved: UnservedNames
  /** The gateway is stopping: connections are closed after the answer under way. */
  draining: boolean
  /** The first table was read, or there is none. */
  readonly ready: Promise<void>
  readonly limits: Limits
  /** ms, from any start. */
  readonly now: () => number
  readonly pace: Pace
  readonly connections: Connections
  /** Clients of upgraded connections. */
  readonly tunnels: Set<Duplex>
}
