import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http"
import type { Duplex } from "node:stream"
import type { TLSSocket } from "node:tls"
import type { Dispatcher } from "undici"
import { isProbe } from "../answer/access-log/entry.ts"
import { endBothWays } from "../answer/end-connection.ts"
import { hasContent, withoutContent } from "../answer/no-content.ts"
import { refusals } from "../answer/refusals.ts"
import { responseHead } from "../answer/response-headers.ts"
import type { GatewayState } from "../gateway-state.ts"
import { ensureFields, fieldPairs, validFields } from "../header-fields.ts"
import { codeOf } from "../problem.ts"
import type { Destination } from "../table/destination.ts"
import { chooseUpstream, mayTryAgain, stageOf, wasRefused } from "../upstream/attempts.ts"
import type { FailedAttempt } from "../upstream/failed-attempt.ts"
import type { Upstream } from "../upstream/upstream.ts"
import { refuse } from "./http1.ts"
import { writeInterim } from "./interim.ts"

interface TunnelOptions {
  state: GatewayState
  destination: Destination
  forwarded: { method: string; path: string; headers: string[]; upgrade: string; headersTimeout: number }
  request: IncomingMessage
  response: ServerResponse
  client: TLSSocket
  /** What the client sent right behind its request. */
  head: Buffer
}

/** A request for another protocol, and the connection that it becomes. */
export class Tunnel implements Dispatcher.DispatchHandlers {
  readonly #options: TunnelOptions
  readonly #startedAt = performance.now()
  #upstream: Upstream | undefined
  #failures: FailedAttempt[] = []
  #abort: () => void = () => {}
  #protocol = "HTTP/1.1"
  #status = 0
  #received = 0
  #sent = 0
  #cut = false
  /**
   * Stage of the attempt under way: `#begun` once there is a connection, `#answered` from the first byte of an
   * answer.
   */
  #begun = false
  #answered = false

  constructor(options: TunnelOptions) {
    this.#options = options
  }

  start(): void {
    const { client, destination, state } = this.#options
    destination.load.inFlight++
    state.tunnels.add(client)
    client.once("close", () => this.#closed())
    this.#dispatch()
  }

  onConnect(abort: () => void): void {
    this.#abort = abort
    this.#begun = true
    if (this.#options.client.destroyed) abort()
  }

  onResponseStarted(): void {
    this.#answered = true
  }

  onUpgrade(status: number, raw: Buffer[] | string[] | null, upstream: Duplex): void {
    const { client, head, request, response, state } = this.#options
    this.#status = status
    response.detachSocket(client)
    const fields = (raw ?? []).map((field) => (typeof field === "string" ? Buffer.from(field, "latin1") : field))
    const { headers, upgrade } = responseHead(fields)
    this.#protocol = upgrade ?? request.headers.upgrade ?? ""
    let text = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: upgrade\r\nupgrade: ${this.#protocol}\r\n`
    for (const [name, value] of fieldPairs(validFields(headers))) text += `${name}: ${value}\r\n`
    client.write(Buffer.from(`${text}\r\n`, "latin1"))
    if (head.length > 0) upstream.write(head)
    this.#received = head.length
    client.on("data", (chunk: Buffer) => {
      this.#received += chunk.length
    })
    upstream.on("data", (chunk: Buffer) => {
      this.#sent += chunk.length
    })
    upstream
      .on("error", () => client.destroy())
      .once("close", () => {
        this.#cut = !upstream.readableEnded && !client.destroyed
        if (upstream.readableEnded) endBothWays(client, state.limits.lingerMs)
        else client.destroy()
      })
    client.once("close", () => upstream.destroy())
    upstream.pipe(client)
    client.pipe(upstream)
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    try {
      this.#sendHead(status, raw)
      this.#options.response.on("drain", resume)
    } catch (error) {
      this.onError(error instanceof Error ? error : new Error(String(error)))
      this.#abort()
    }
    return true
  }

  #sendHead(status: number, raw: Buffer[]): void {
    const { response, forwarded } = this.#options
    const head = responseHead(raw)
    if (status < 200) {
      writeInterim(response, status, head.headers)
      return
    }
    if (hasContent(forwarded.method, status)) response.writeHead(status, head.headers)
    else {
      const { headers } = withoutContent(status, head)
      ensureFields(headers)
      response.writeHead(status, headers).end()
    }
    this.#status = status
  }

  onData(chunk: Buffer): boolean {
    const { response } = this.#options
    if (response.writableEnded) return true
    this.#sent += chunk.length
    return response.write(chunk)
  }

  onComplete(): void {
    this.#options.response.end()
  }

  onError(error: Error): void {
    const { state, client, request, response, destination } = this.#options
    if (client.destroyed || response.writableEnded) return
    if (this.#status !== 0) {
      this.#cut = true
      client.destroy()
      return
    }
    const code = codeOf(error)
    if (this.#mayTryAgain(code)) {
      this.#dispatch()
      return
    }
    const waitedMs = performance.now() - this.#startedAt
    const refusal =
      code === "UND_ERR_HEADERS_TIMEOUT"
        ? refusals.timeout(destination.facts, { port: this.#upstream?.port, waitedMs: destination.timeoutMs })
        : refusals.unreachable(destination.facts, { failures: this.#failures, waitedMs })
    this.#status = refusal.status
    const { endpoint: _, ...unlogged } = refusal
    refuse(state, request, response, unlogged)
  }

  #dispatch(): void {
    const { destination, forwarded } = this.#options
    const { upstreams, load } = destination
    if (this.#upstream !== undefined) this.#upstream.inFlight--
    this.#upstream = chooseUpstream(upstreams, load.turn++, this.#failures)
    if (this.#upstream === undefined) return
    this.#upstream.inFlight++
    this.#begun = false
    this.#answered = false
    this.#upstream.pool.dispatch(forwarded as Dispatcher.DispatchOptions, this)
  }

  #mayTryAgain(code: string): boolean {
    if (this.#upstream === undefined) return false
    if (wasRefused(code)) this.#upstream.refused()
    const stage = stageOf(code, { sent: this.#begun, answered: this.#answered })
    this.#failures = [...this.#failures, { port: this.#upstream.port, code, stage }]
    const { destination, forwarded } = this.#options
    const { upstreams } = destination
    return mayTryAgain({ failures: this.#failures, upstreams, method: forwarded.method, body: false })
  }

  #closed(): void {
    const { state, client, destination, forwarded } = this.#options
    const { load, facts } = destination
    load.inFlight--
    if (this.#upstream !== undefined) this.#upstream.inFlight--
    state.tunnels.delete(client)
    this.#abort()
    facts.log?.write({
      ...{ endpoint: facts.endpoint, protocol: this.#protocol, method: forwarded.method, target: forwarded.path },
      status: this.#status === 0 ? 499 : this.#status,
      durationMs: performance.now() - this.#startedAt,
      requestBytes: this.#received,
      responseBytes: this.#sent,
      upstream: this.#upstream?.port,
      ...(this.#cut && { cut: "upstream" as const }),
      ...(isProbe(forwarded.headers) && { probe: true }),
    })
  }
}
