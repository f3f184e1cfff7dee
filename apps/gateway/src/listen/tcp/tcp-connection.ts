import { connect, type Socket } from "node:net"
import type { AccessLog } from "../../answer/access-log/access-log.ts"
import { endBothWays } from "../../answer/end-connection.ts"
import type { Limits } from "../../limits.ts"
import { codeOf } from "../../problem.ts"
import { chooseUpstream, mayTryAgain, wasRefused } from "../../upstream/attempts.ts"
import type { FailedAttempt } from "../../upstream/failed-attempt.ts"
import type { Upstream } from "../../upstream/upstream.ts"

export interface TcpConnectionOptions {
  client: Socket
  endpoint: string
  upstreams: readonly Upstream[]
  turn: number
  limits: Limits
  log: AccessLog | undefined
}

/**
 * Passes bytes both ways between a client and one upstream, each side as fast as the other takes them. A side that
 * ends its half leaves the other half open. Both have to be made with `allowHalfOpen`.
 */
export class TcpConnection {
  readonly #options: TcpConnectionOptions
  readonly #startedAt = performance.now()
  readonly #failures: FailedAttempt[] = []
  #upstream: Upstream | undefined
  #socket: Socket | undefined
  #connected = false
  #cut: "client" | "upstream" | "gateway" | undefined

  constructor(options: TcpConnectionOptions) {
    this.#options = options
  }

  start(): void {
    const { client } = this.#options
    client.setNoDelay(true)
    client.on("error", () => {
      this.#cut ??= "client"
    })
    client.once("close", () => this.#closed())
    this.#connect()
  }

  #connect(): void {
    const { client, upstreams, turn, limits } = this.#options
    const upstream = chooseUpstream(upstreams, turn + this.#failures.length, this.#failures)
    if (upstream === undefined) {
      this.#cut = "gateway"
      client.resetAndDestroy()
      return
    }
    this.#upstream = upstream
    upstream.inFlight++
    const socket = connect({ host: upstream.host, port: upstream.port, allowHalfOpen: true, noDelay: true })
    this.#socket = socket
    const timeout = setTimeout(() => socket.destroy(timedOut()), limits.connectTimeoutMs)
    let failure = "ECONNRESET"
    socket.on("error", (error) => {
      failure = codeOf(error)
    })
    socket.once("connect", () => {
      clearTimeout(timeout)
      this.#connected = true
      socket.pipe(client)
      client.pipe(socket)
    })
    socket.once("close", () => {
      clearTimeout(timeout)
      if (this.#connected) this.#upstreamClosed(socket)
      else this.#failed(upstream, failure)
    })
  }

  #failed(upstream: Upstream, code: string): void {
    const { client, upstreams } = this.#options
    if (client.destroyed) return
    upstream.inFlight--
    this.#upstream = undefined
    if (wasRefused(code)) upstream.refused()
    this.#failures.push({ port: upstream.port, code, stage: "connecting" })
    if (mayTryAgain({ failures: this.#failures, upstreams, method: "", body: true })) {
      this.#connect()
      return
    }
    this.#cut = "upstream"
    client.resetAndDestroy()
  }

  /** Ends the client's side once the upstream has closed, after both halves or in between. */
  #upstreamClosed(socket: Socket): void {
    const { client, limits } = this.#options
    if (client.destroyed) return
    if (!socket.readableEnded || !socket.writableFinished) this.#cut ??= "upstream"
    if (socket.readableEnded) endBothWays(client, limits.lingerMs)
    else client.resetAndDestroy()
  }

  #closed(): void {
    const { client, log, endpoint } = this.#options
    if (this.#upstream !== undefined) this.#upstream.inFlight--
    const whole = client.readableEnded && client.writableFinished
    if (!whole) this.#cut ??= "client"
    if (whole) this.#socket?.destroySoon()
    else this.#socket?.resetAndDestroy()
    log?.write({
      endpoint,
      protocol: "tcp",
      durationMs: performance.now() - this.#startedAt,
      requestBytes: client.bytesRead,
      responseBytes: client.bytesWritten,
      upstream: this.#upstream?.port ?? this.#failures.at(-1)?.port,
      ...(this.#cut && { cut: this.#cut }),
      // A probe says nothing. Nor does a caller that leaves at once, which is as little of a caller.
      ...(client.bytesRead === 0 && { probe: true }),
    })
  }
}

const timedOut = () => Object.assign(new Error("the connection was not accepted in time"), { code: "ETIMEDOUT" })
