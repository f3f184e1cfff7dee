import type { Dispatcher } from "undici"
import type { Destination } from "./destination.ts"
import { type Page, pageOf, type Refusal, refusals } from "./error-page.ts"
import { codeOf } from "./problem.ts"
import { type ResponseHead, responseHead, trailersOf } from "./response-headers.ts"
import type { UploadBody } from "./upload-body.ts"

/** The part of a request that goes upstream. */
export interface Forwarded {
  method: string
  path: string
  headers: string[]
  body: UploadBody | null
  /** undici closes the connection after HEAD unless told not to. */
  reset: false
  /** Without one undici looks for it in `Host`, for every request, though it is for TLS alone. */
  servername: "upstream"
  /** ms */
  headersTimeout: number
}

/** No byte was sent: another upstream may be asked, whatever the method. */
const NEVER_SENT = new Set(["ECONNREFUSED", "UND_ERR_CONNECT_TIMEOUT", "UND_ERR_CLOSED", "UND_ERR_DESTROYED"])
/** A keep-alive connection was closed while the request was on its way. */
const CONNECTION_LOST = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"])
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "TRACE"])

/**
 * One request on its way: what undici calls with the upstream's answer, writing to a client of HTTP/1.1 or 2.
 * It is the stream handler itself, without promises or streams between, so that a small answer costs little.
 */
export abstract class Exchange implements Dispatcher.DispatchHandlers {
  protected resumeUpstream: () => void = noop
  readonly #destination: Destination
  readonly #request: Forwarded
  #attempts = 0
  #repeated = false
  #abortUpstream: (() => void) | undefined
  #answered = false
  #over = false

  constructor(destination: Destination, request: Forwarded) {
    this.#destination = destination
    this.#request = request
  }

  protected abstract sendHead(status: number, head: ResponseHead): void
  /** False when the client is slower than the upstream; `resumeUpstream` is then to be called. */
  protected abstract sendChunk(chunk: Buffer): boolean
  protected abstract sendEnd(trailers: Record<string, string> | undefined): void
  protected abstract sendPage(page: Page): void
  /** Ends an answer that already began so that the client sees that it is incomplete. */
  protected abstract cut(): void
  protected abstract accept(): string | undefined

  start(): void {
    this.#destination.load.inFlight++
    this.#dispatch()
  }

  /** The client closed before the answer was complete. */
  protected clientGone(): void {
    if (this.#over) return
    this.#finish()
    this.#abortUpstream?.()
  }

  onConnect(abort: () => void): void {
    this.#abortUpstream = abort
    if (this.#over) abort()
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    if (status < 200 || this.#over) return true
    this.resumeUpstream = resume
    this.sendHead(status, responseHead(raw))
    this.#answered = true
    return true
  }

  onData(chunk: Buffer): boolean {
    return this.#over || this.sendChunk(chunk)
  }

  onComplete(trailers: readonly (string | Uint8Array)[] | null): void {
    if (this.#over) return
    this.#finish()
    this.sendEnd(trailersOf(trailers))
  }

  onError(error: Error): void {
    if (this.#over) return
    if (this.#answered) {
      this.#finish()
      this.cut()
    } else if (this.#mayRepeat(codeOf(error))) this.#dispatch()
    else {
      this.#finish()
      this.sendPage(pageOf(this.#refusalOf(error), this.accept()))
    }
  }

  #dispatch(): void {
    const { pools, load } = this.#destination
    this.#attempts++
    this.#abortUpstream = undefined
    const pool = pools[load.turn++ % pools.length]
    // HTTP allows methods that undici's types do not list, and undici takes them.
    pool?.dispatch(this.#request as Dispatcher.DispatchOptions, this)
  }

  #mayRepeat(code: string): boolean {
    if (NEVER_SENT.has(code)) return this.#attempts < this.#destination.pools.length
    if (this.#repeated || !CONNECTION_LOST.has(code)) return false
    this.#repeated = true
    return this.#request.body === null && IDEMPOTENT.has(this.#request.method)
  }

  #refusalOf(error: Error): Refusal {
    const code = codeOf(error)
    if (code === "UND_ERR_HEADERS_TIMEOUT") return refusals.timeout(this.#destination)
    if (code === "UND_ERR_INVALID_ARG" || code === "UND_ERR_NOT_SUPPORTED") return refusals.invalid(error.message)
    return refusals.unreachable(this.#destination, code)
  }

  #finish(): void {
    this.#over = true
    this.#destination.load.inFlight--
    this.#request.body?.destroy()
  }
}

const noop = (): void => {}
