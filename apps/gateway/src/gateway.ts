import type { GatewayStatus } from "@alienplatform/provider-local/gateway-table"
import { ensureUnused, openControl } from "./control.ts"
import { DEFAULT_LIMITS, type Limits } from "./limits.ts"
import { listen } from "./listener.ts"
import { codeOf, messageOf } from "./problem.ts"
import { noRouting, routingOf } from "./routing.ts"
import type { Serving } from "./serving.ts"
import { TableSource } from "./table-source.ts"
import { UpstreamPools } from "./upstream-pools.ts"

export interface GatewayOptions {
  /** Holds `routes.json` and the certificate files. */
  directory: string
  /** 0 for any free one. */
  port: number
  controlSocket: string
  limits?: Partial<Limits>
  /** Told when a table is taken and when one cannot be; not called for requests. */
  onTable?: (status: GatewayStatus) => void
}

export interface Gateway {
  readonly port: number
  status(): GatewayStatus
  /** Reads the table now. A table that cannot be taken is reported in the status; this does not throw for it. */
  reload(): Promise<void>
  /** Drains, then frees the port and the control socket. May be called again. */
  close(): Promise<void>
}

/** Throws `gateway_already_running`, `port_in_use`, `socket_path_too_long`. Serves the table once this resolves. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  await ensureUnused(options.controlSocket)
  const serving: Serving = { routing: noRouting(options.port), draining: false }
  const listener = await listen({ port: options.port, serving, limits })
  serving.routing = noRouting(listener.port)
  const table = new ServedTable({ options, serving, port: listener.port })
  await table.reload()
  const gateway = {
    port: listener.port,
    status: () => table.status(),
    reload: () => table.reload(),
  }
  const control = await openControl(options.controlSocket, gateway).catch(async (error: unknown) => {
    await listener.close()
    throw error
  })
  const poll = setInterval(() => void table.reloadIfChanged(), limits.poll)
  const stop = async () => {
    clearInterval(poll)
    await listener.close()
    await Promise.all([control.close(), table.close()])
  }
  let stopped: Promise<void> | undefined
  return {
    ...gateway,
    close: () => {
      stopped ??= stop()
      return stopped
    },
  }
}

/** Keeps `serving.routing` equal to the table on disk. */
class ServedTable {
  readonly #options: GatewayOptions
  readonly #serving: Serving
  readonly #port: number
  readonly #source: TableSource
  readonly #pools = new UpstreamPools()
  #problem: GatewayStatus["tableProblem"]
  #last: Promise<void> = Promise.resolve()

  constructor({ options, serving, port }: { options: GatewayOptions; serving: Serving; port: number }) {
    this.#options = options
    this.#serving = serving
    this.#port = port
    this.#source = new TableSource(options.directory)
  }

  status(): GatewayStatus {
    const { version, rejected } = this.#serving.routing
    const problem = this.#problem
    return { version, port: this.#port, pid: process.pid, rejected, ...(problem && { tableProblem: problem }) }
  }

  /** One after another, so that an older table never replaces a newer one. */
  reload(): Promise<void> {
    this.#last = this.#last.then(() => this.#reload())
    return this.#last
  }

  /** Rejected routes are tried again too: their certificate may have come. */
  async reloadIfChanged(): Promise<void> {
    const retry = Object.keys(this.#serving.routing.rejected).length > 0
    if (retry || (await this.#source.changed().catch(() => true))) await this.reload()
  }

  close(): Promise<void> {
    return this.#pools.destroy()
  }

  async #reload(): Promise<void> {
    const before = JSON.stringify(this.status())
    try {
      const table = await this.#source.read()
      if (table) {
        const { directory } = this.#options
        const routing = { table, before: this.#serving.routing, directory, port: this.#port, pools: this.#pools }
        this.#serving.routing = await routingOf(routing)
        this.#pools.retain(new Set(table.routes.flatMap((route) => route.upstreams.map(({ port }) => port))))
      }
      this.#problem = undefined
    } catch (error) {
      this.#problem = { code: codeOf(error), message: messageOf(error) }
    }
    const status = this.status()
    if (JSON.stringify(status) !== before) this.#options.onTable?.(status)
  }
}
