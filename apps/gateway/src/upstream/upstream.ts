import { type Dispatcher, Pool } from "undici"
import type { Forwarded } from "./forwarded.ts"
import { StreamClient } from "./stream-client.ts"
import { type ConnectionOptions, UpstreamConnection } from "./upstream-connection.ts"

export interface UpstreamOptions {
  /** Loopback port of a workload's process; the host defaults to 127.0.0.1. */
  port: number
  host?: "127.0.0.1" | "::1" | undefined
  /** ms */
  connectTimeoutMs: number
  /** ms for which it is asked last after it refused. */
  avoidRefusedMs: number
  /** ms, from any start. */
  now: () => number
}

/** One process of a workload, shared by the routes and ports that name it. */
export class Upstream {
  readonly port: number
  readonly host: string
  /** Requests, upgrades and connections under way. */
  inFlight = 0
  readonly #options: UpstreamOptions
  #avoidedUntil = Number.NEGATIVE_INFINITY
  #pool: Pool | undefined
  #streams: StreamClient | undefined
  #retired = false

  constructor(options: UpstreamOptions) {
    this.port = options.port
    this.host = options.host ?? "127.0.0.1"
    this.#options = options
  }

  /** Keep-alive connections for HTTP. */
  get pool(): Pool {
    this.#pool ??= new Pool(`http://${this.host === "::1" ? "[::1]" : this.host}:${this.port}`, {
      connections: null,
      pipelining: 1,
      // Streams may be silent for as long as they like.
      bodyTimeout: 0,
      connectTimeout: this.#options.connectTimeoutMs,
      maxHeaderSize: MAX_HEADER_SIZE,
      factory: (origin, options) => new UpstreamConnection(origin, options as ConnectionOptions),
    })
    return this.#pool
  }

  send(forwarded: Forwarded, handler: Dispatcher.DispatchHandlers): void {
    const { body, streamed } = forwarded
    if (body !== null && streamed && !this.#retired) this.#streamClient().dispatch(forwarded, body, handler)
    // HTTP allows methods that undici's types do not list, and undici takes them.
    else this.pool.dispatch(forwarded as Dispatcher.DispatchOptions, handler)
  }

  /** True for a while after a refused connection: other upstreams are asked first. */
  get avoided(): boolean {
    return this.#avoidedUntil > Number.NEGATIVE_INFINITY && this.#options.now() < this.#avoidedUntil
  }

  refused(): void {
    this.#avoidedUntil = this.#options.now() + this.#options.avoidRefusedMs
  }

  /** Takes no more requests; closes idle connections now, the others after their answers. */
  retire(): void {
    this.#retired = true
    this.#streams?.retire()
    void this.pool.close()
  }

  async destroy(): Promise<void> {
    this.#streams?.destroy()
    await this.#pool?.destroy()
  }

  #streamClient(): StreamClient {
    const { connectTimeoutMs } = this.#options
    this.#streams ??= new StreamClient({
      host: this.host,
      port: this.port,
      maxHeaderSize: MAX_HEADER_SIZE,
      connectTimeoutMs,
    })
    return this.#streams
  }
}

/** Bytes, of a response. */
const MAX_HEADER_SIZE = 64 * 1024
