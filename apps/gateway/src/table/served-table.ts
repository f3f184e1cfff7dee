import type { GatewayStatus, RouteTable } from "@alienplatform/provider-local/gateway-table"
import type { AccessLog } from "../answer/access-log/access-log.ts"
import type { AccessLogs } from "../answer/access-log/access-logs.ts"
import type { GatewayState } from "../gateway-state.ts"
import { codeOf, messageOf } from "../problem.ts"
import type { Upstreams } from "../upstream/upstreams.ts"
import { Routing, routingOf } from "./routing.ts"
import { TableSource } from "./table-source.ts"

export interface ServedTableOptions {
  /** Holds `routes.json` and the certificate files. */
  directory: string
  state: GatewayState
  /** The gateway's own. */
  port: number
  upstreams: Upstreams
  logs: AccessLogs
  /** Serves the table's TCP ports; answers those that it cannot serve. */
  tcp: { take(ports: RouteTable["ports"], upstreams: Upstreams): Promise<GatewayStatus["rejected"]> }
  /** Told when a table is taken and when one cannot be. */
  onTable?: ((status: GatewayStatus) => void) | undefined
}

/** Keeps what is served equal to the table on disk. */
export class ServedTable {
  readonly #options: ServedTableOptions
  readonly #source: TableSource
  #rejected: GatewayStatus["rejected"] = {}
  #problem: GatewayStatus["tableProblem"]
  #last: Promise<void> = Promise.resolve()

  constructor(options: ServedTableOptions) {
    this.#options = options
    this.#source = new TableSource(options.directory)
  }

  status(): GatewayStatus {
    return { ...this.#state(), inFlight: this.#options.upstreams.inFlight() }
  }

  /** One after another, so that an older table never replaces a newer one. */
  reload(): Promise<void> {
    this.#last = this.#last.then(() => this.#reload())
    return this.#last
  }

  /** What was rejected is tried again too: its certificate may have come, its port may be free. */
  async reloadIfChanged(): Promise<void> {
    const retry = Object.keys(this.#rejected).length > 0
    if (retry || (await this.#source.changed().catch(() => true))) await this.reload()
  }

  #state() {
    const { state, port } = this.#options
    const tableProblem = this.#problem
    const { version } = state.routing
    return { version, port, pid: process.pid, rejected: this.#rejected, ...(tableProblem && { tableProblem }) }
  }

  async #reload(): Promise<void> {
    const before = JSON.stringify(this.#state())
    try {
      const table = await this.#source.read()
      if (table) await this.#take(table)
      this.#problem = undefined
    } catch (error) {
      this.#problem = { code: codeOf(error), message: messageOf(error) }
    }
    if (JSON.stringify(this.#state()) !== before) this.#options.onTable?.(this.status())
  }

  async #take(table: RouteTable): Promise<void> {
    const { directory, state, port, upstreams, logs, tcp } = this.#options
    const routing = await routingOf({ table, before: state.routing, directory, port, upstreams, logs })
    const refused = await tcp.take(table.ports, upstreams)
    // Last, with the ports: who sees the version in the status finds all of the table served.
    state.routing = routing
    this.#rejected = { ...routing.rejected, ...refused }
    const entries = [...table.routes, ...table.ports]
    upstreams.retain(entries.flatMap((entry) => entry.upstreams))
    logs.retain(new Set(entries.map((entry) => logs.of(entry)).filter((log): log is AccessLog => log !== undefined)))
  }
}

export const noRouting = (port: number): Routing =>
  new Routing({ version: -1, port, destinations: new Map(), rejected: {} })
