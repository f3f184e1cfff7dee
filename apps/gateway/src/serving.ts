import type { Routing } from "./routing.ts"

/** What changes while the gateway runs; connections read it anew for every request. */
export interface Serving {
  routing: Routing
  /** The gateway is stopping: connections are closed after the answer under way. */
  draining: boolean
}
