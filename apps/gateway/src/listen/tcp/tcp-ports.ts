import { createServer, type Server, type Socket } from "node:net"
import type { GatewayStatus, RouteTable } from "@alienplatform/provider-local/gateway-table"
import type { AccessLogs } from "../../answer/access-log/access-logs.ts"
import type { GatewayState } from "../../gateway-state.ts"
import { codeOf, messageOf, problem } from "../../problem.ts"
import type { Upstream } from "../../upstream/upstream.ts"
import type { Upstreams } from "../../upstream/upstreams.ts"
import { bind } from "../bind.ts"
import { TcpConnection } from "./tcp-connection.ts"

type Entry = RouteTable["ports"][number]

interface OpenPort {
  readonly server: Server
  entry: Entry
  upstreams: readonly Upstream[]
  turn: number
}

/** Listeners of the TCP endpoints. What is connected stays so, whatever becomes of its port. */
export class TcpPorts {
  readonly #state: GatewayState
  readonly #logs: AccessLogs
  readonly #open = new Map<number, OpenPort>()
  readonly #clients = new Set<Socket>()

  constructor(state: GatewayState, logs: AccessLogs) {
    this.#state = state
    this.#logs = logs
  }

  /** Listens on these ports and no others; answers, by key, why one could not be had. */
  async take(entries: readonly Entry[], upstreams: Upstreams): Promise<GatewayStatus["rejected"]> {
    const rejected: GatewayStatus["rejected"] = {}
    const wanted = new Map<number, Entry>()
    for (const entry of entries) {
      const other = wanted.get(entry.port)
      if (other) rejected[entry.key] = reasonOf(listedTwice(entry, other))
      else wanted.set(entry.port, entry)
    }
    for (const [port, { server }] of this.#open) {
      if (wanted.has(port)) continue
      this.#open.delete(port)
      server.close()
    }
    for (const [port, entry] of wanted) {
      const named = entry.upstreams.map((upstream) => upstreams.get(upstream))
      const open = this.#open.get(port)
      if (open) Object.assign(open, { entry, upstreams: named })
      else {
        const refused = await this.#listen(entry, named).catch((error: unknown) => reasonOf(error))
        if (refused) rejected[entry.key] = refused
      }
    }
    return rejected
  }

  /** Accepts nothing new, lets connections end for `limits.drain`, then cuts them. */
  async close(): Promise<void> {
    const closed = [...this.#open.values()].map(
      ({ server }) => new Promise<void>((resolve) => server.close(() => resolve())),
    )
    this.#open.clear()
    const deadline = setTimeout(() => {
      for (const client of this.#clients) client.resetAndDestroy()
    }, this.#state.limits.drainMs)
    const ended = [...this.#clients].map((client) => new Promise((resolve) => client.once("close", resolve)))
    await Promise.all([...closed, ...ended])
    clearTimeout(deadline)
  }

  async #listen(entry: Entry, upstreams: readonly Upstream[]): Promise<undefined> {
    // What arrives before the upstream is connected waits in the socket.
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true })
    const open: OpenPort = { server, entry, upstreams, turn: 0 }
    server.on("connection", (client) => this.#accept(client, open))
    await bind(server, entry.port, "127.0.0.1")
    server.on("error", () => {})
    this.#open.set(entry.port, open)
  }

  #accept(client: Socket, open: OpenPort): void {
    const { connections, limits } = this.#state
    if (this.#clients.size >= limits.maxTcpConnections) {
      client.destroy()
      return
    }
    const admitted = connections.admit(client)
    if (admitted === undefined) return
    // Idle or not is for its two ends to say.
    admitted.begin()
    this.#clients.add(client)
    client.once("close", () => this.#clients.delete(client))
    const { entry, upstreams } = open
    const log = this.#logs.logOf(entry)
    new TcpConnection({ client, endpoint: entry.endpoint, upstreams, turn: open.turn++, limits, log }).start()
  }
}

const reasonOf = (error: unknown) => ({ code: codeOf(error), message: messageOf(error) })

const listedTwice = (entry: Entry, other: Entry) =>
  problem("port_in_use", {
    message: `port ${entry.port} already leads to endpoint ${other.endpoint} of ${other.resource} (${other.key}); remove one of the two`,
  })
