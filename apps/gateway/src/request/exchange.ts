import type { Dispatcher } from "undici"
import { type Access, isProbe } from "../answer/access-log/entry.ts"
import { hasContent, withoutContent } from "../answer/no-content.ts"
import { type Page, pageOf } from "../answer/page.ts"
import { type Refusal, refusals } from "../answer/refusals.ts"
import { type ResponseHead, responseHead, responseTrailers } from "../answer/response-headers.ts"
import type { GatewayState } from "../gateway-state.ts"
import type { Paced } from "../pace.ts"
import { codeOf } from "../problem.ts"
import type { Destination } from "../table/destination.ts"
import { chooseUpstream, mayTryAgain, stageOf, wasRefused } from "../upstream/attempts.ts"
import type { FailedAttempt } from "../upstream/failed-attempt.ts"
import type { Forwarded } from "../upstream/forwarded.ts"
import type { Upstream } from "../upstream/upstream.ts"

export interface ExchangeOptions {
  state: GatewayState
  destination: Destination
  forwarded: Forwarded
  /** For the access log. */
  protocol: string
}

/**
 * One request on its way: what undici calls with the upstream's answer, writing to a client of HTTP/1.1 or 2.
 * It is the stream handler itself, without promises or streams between, so that a small answer costs little.
 */
export abstract class Exchange implements Dispatcher.DispatchHandlers, Paced {
  protected readonly state: GatewayState
  protected resumeUpstream: () => void = noop
  /** How often the client took what it was waited for. */
  taken = 0
  readonly #destination: Destination
  readonly #forwarded: Forwarded
  readonly #protocol: string
  readonly #startedAt = performance.now()
  #upstream: Upstream | undefined
  #failures: FailedAttempt[] = NONE
  #abortUpstream: (() => void) | undefined
  #status = 0
  #sent = 0
  #over = false
  /**
   * Stage of the attempt under way: `#begun` once there is a connection, `#answered` from the first byte of an
   * answer.
   */
  #begun = false
  #answered = false

  constructor({ state, destination, forwarded, protocol }: ExchangeOptions) {
    this.state = state
    this.#destination = destination
    this.#forwarded = forwarded
    this.#protocol = protocol
  }

  /** An interim response. Fields in turn; what cannot be said in the client's protocol is left out. */
  protected abstract sendInterim(status: number, headers: readonly string[]): void
  protected abstract sendHead(status: number, head: ResponseHead): void
  /** False when the client is slower than the upstream; `clientDrained` is then to be called. */
  protected abstract sendChunk(chunk: Buffer): boolean
  /** @param trailers names and values in turn */
  protected abstract sendEnd(trailers: readonly string[] | undefined): void
  protected abstract sendPage(page: Page): void
  /** Ends an answer that already began so that the client sees that it is incomplete. */
  protected abstract cut(): void
  protected abstract accept(): string | undefined
  abstract get awaitsReader(): boolean

  start(): void {
    this.#destination.load.inFlight++
    this.state.pace.add(this)
    this.dispatchSoon()
  }

  /** Dispatches at once, unless the protocol has a reason to wait. */
  protected dispatchSoon(): void {
    this.dispatch()
  }

  /** Asks an upstream, unless the client is gone. */
  dispatch(): void {
    if (!this.#over) this.#dispatch()
  }

  get awaitsBody(): boolean {
    return this.#status === 0 && !this.#over && (this.#forwarded.body?.starved ?? false)
  }

  get bodyBytes(): number {
    return this.#forwarded.body?.bytes ?? 0
  }

  bodyTooSlow(): void {
    if (this.#over) return
    this.#refuse(refusals.bodyTooSlow(this.#destination.facts, this.state.limits))
    this.#abortUpstream?.()
  }

  readerTooSlow(): void {
    this.#finish("client")
    this.cut()
    this.#abortUpstream?.()
  }

  protected readonly clientDrained = (): void => {
    this.taken++
    this.resumeUpstream()
  }

  /** The client has the whole answer, or went away before. */
  protected clientClosed(): void {
    this.state.pace.delete(this)
    if (this.#over) return
    this.#finish("client")
    this.#abortUpstream?.()
  }

  onConnect(abort: () => void): void {
    this.#abortUpstream = abort
    this.#begun = true
    if (this.#over) abort()
  }

  onResponseStarted(): void {
    this.#answered = true
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    if (this.#over) return true
    try {
      if (status < 200) {
        this.sendInterim(status, responseHead(raw).headers)
        return true
      }
      this.resumeUpstream = resume
      const head = responseHead(raw)
      const content = hasContent(this.#forwarded.method, status)
      this.sendHead(status, content ? head : withoutContent(status, head))
      this.#status = status
      if (!content) this.#endAtHead()
    } catch (error) {
      // What the client's protocol cannot say, such as a status over 599 in HTTP/2.
      this.onError(error instanceof Error ? error : new Error(String(error)))
      this.#abortUpstream?.()
    }
    return true
  }

  onData(chunk: Buffer): boolean {
    if (this.#over) return true
    this.#sent += chunk.length
    return this.sendChunk(chunk)
  }

  onComplete(trailers: readonly (string | Uint8Array)[] | null): void {
    if (this.#over) return
    this.#finish()
    this.sendEnd(responseTrailers(trailers))
  }

  onError(error: Error): void {
    if (this.#over) return
    if (this.#status !== 0) {
      this.#finish("upstream")
      this.cut()
    } else if (this.#mayTryAgain(codeOf(error))) this.#dispatch()
    else this.#refuse(this.#refusalOf(error))
  }

  /**
   * Ends an answer without content, as the client's protocol does. The upstream's parser has done the same by the end
   * of this turn, or waits for content: its connection is of no more use then.
   */
  #endAtHead(): void {
    this.#finish()
    this.sendEnd(undefined)
    if (this.#abortUpstream !== undefined) setImmediate(this.#abortUpstream)
  }

  #dispatch(): void {
    const { upstreams, load } = this.#destination
    this.#abortUpstream = undefined
    this.#begun = false
    this.#answered = false
    if (this.#upstream !== undefined) this.#upstream.inFlight--
    this.#upstream = chooseUpstream(upstreams, load.turn++, this.#failures)
    if (this.#upstream === undefined) return
    this.#upstream.inFlight++
    this.#upstream.send(this.#forwarded, this)
  }

  #mayTryAgain(code: string): boolean {
    const { method, body } = this.#forwarded
    if (this.#upstream !== undefined) {
      if (wasRefused(code)) this.#upstream.refused()
      const stage = stageOf(code, { sent: this.#begun, answered: this.#answered })
      this.#failures = [...this.#failures, { port: this.#upstream.port, code, stage }]
    }
    const { upstreams } = this.#destination
    return mayTryAgain({ failures: this.#failures, upstreams, method, body: body !== null })
  }

  #refusalOf(error: Error): Refusal {
    const { facts, timeoutMs } = this.#destination
    const code = codeOf(error)
    if (code === "UND_ERR_HEADERS_TIMEOUT")
      return refusals.timeout(facts, { port: this.#upstream?.port, waitedMs: timeoutMs })
    if (code === "UND_ERR_INVALID_ARG" || code === "UND_ERR_NOT_SUPPORTED") return refusals.invalid(error.message)
    const waitedMs = performance.now() - this.#startedAt
    return refusals.unreachable(facts, { failures: this.#failures, waitedMs })
  }

  #refuse(refusal: Refusal): void {
    const page = pageOf(refusal, this.accept())
    this.#status = page.status
    this.#sent = page.body.length
    this.#finish()
    this.sendPage(page)
  }

  #finish(cut?: Access["cut"]): void {
    if (this.#over) return
    this.#over = true
    const { load, facts } = this.#destination
    load.inFlight--
    if (this.#upstream !== undefined) this.#upstream.inFlight--
    const { method, path, body, headers } = this.#forwarded
    body?.destroy()
    facts.log?.write({
      ...{ endpoint: facts.endpoint, protocol: this.#protocol, method, target: path },
      status: this.#status === 0 ? CLIENT_LEFT : this.#status,
      durationMs: performance.now() - this.#startedAt,
      requestBytes: this.bodyBytes,
      responseBytes: this.#sent,
      upstream: this.#upstream?.port,
      ...(cut && { cut }),
      ...(isProbe(headers) && { probe: true }),
    })
  }
}

const NONE: FailedAttempt[] = []
const CLIENT_LEFT = 499
const noop = (): void => {}
