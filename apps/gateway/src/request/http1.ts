import { type IncomingMessage, type RequestListener, type ServerResponse, STATUS_CODES } from "node:http"
import { isProbe } from "../answer/access-log/entry.ts"
import { type Page, pageOf } from "../answer/page.ts"
import { logRefusal, type Refusal, refusals } from "../answer/refusals.ts"
import type { ResponseHead } from "../answer/response-headers.ts"
import type { GatewayState } from "../gateway-state.ts"
import { ensureFields, fieldPairs } from "../header-fields.ts"
import type { Forwarded } from "../upstream/forwarded.ts"
import { UploadBody } from "../upstream/upload-body.ts"
import { admitHttp1 } from "./admit-http1.ts"
import { Exchange, type ExchangeOptions } from "./exchange.ts"
import { writeInterim } from "./interim.ts"
import { requestHeaders } from "./request-headers.ts"

export const http1Listener =
  (state: GatewayState): RequestListener =>
  (request, response) => {
    const { method = "GET", rawHeaders } = request
    const admitted = admitHttp1(state, request, request.socket)
    if ("status" in admitted) {
      refuse(state, request, response, admitted)
      return
    }
    const { address, path, socket } = admitted
    const { destination } = address
    const streamed = request.headers["transfer-encoding"] !== undefined
    const { headers, body } = requestHeaders({
      raw: rawHeaders,
      address,
      remoteAddress: socket.remoteAddress,
      streamed,
    })
    const forwarded: Forwarded = {
      method,
      path,
      headers,
      body: body ? new UploadBody(request) : null,
      streamed,
      servername: "upstream",
      headersTimeout: destination.timeoutMs,
    }
    const protocol = request.httpVersionMinor === 1 ? "HTTP/1.1" : "HTTP/1.0"
    new Http1Exchange({ state, destination, forwarded, protocol }, request, response).start()
  }

/** `Expect` other than `100-continue`, which Node answers itself. */
export const expectationListener =
  (state: GatewayState): RequestListener =>
  (request, response) =>
    refuse(state, request, response, refusals.expectation(request.headers.expect ?? ""))

export function refuse(
  state: GatewayState,
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refusal,
): void {
  const page = pageOf(refusal, request.headers.accept)
  const { method, url: target } = request
  const probe = isProbe(request.rawHeaders)
  logRefusal(refusal, { protocol: "HTTP/1.1", method, target, responseBytes: page.body.length, probe })
  writePage({ request, response, page, lingerMs: state.limits.lingerMs })
}

/** After these nobody knows where the next request begins, or waits for it any longer. */
const CLOSING = new Set([400, 408, 417, 431, 501, 505])

interface Writing {
  request: IncomingMessage
  response: ServerResponse
  page: Page
  lingerMs: number
}

function writePage({ request, response, page, lingerMs }: Writing): void {
  if (CLOSING.has(page.status)) page.headers.push("connection", "close")
  // Said in words: an answer that could not be written has left its own on the response.
  response.writeHead(page.status, STATUS_CODES[page.status], page.headers)
  response.end(request.method === "HEAD" ? undefined : page.body)
  discardBody(request, lingerMs)
}

function discardBody(request: IncomingMessage, lingerMs: number): void {
  if (request.complete) return
  request.resume()
  const timer = setTimeout(() => request.socket.destroy(), lingerMs).unref()
  request.once("close", () => clearTimeout(timer)).once("end", () => clearTimeout(timer))
}

class Http1Exchange extends Exchange {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  #flushed = false

  constructor(options: ExchangeOptions, request: IncomingMessage, response: ServerResponse) {
    super(options)
    this.#request = request
    this.#response = response
    response.on("close", () => this.clientClosed())
  }

  override get awaitsReader(): boolean {
    const { writableNeedDrain, writableEnded, writableFinished } = this.#response
    return writableNeedDrain || (writableEnded && !writableFinished)
  }

  protected override sendInterim(status: number, headers: readonly string[]): void {
    if (this.#request.httpVersionMinor === 1) writeInterim(this.#response, status, headers)
  }

  protected override sendHead(status: number, { headers, trailer }: ResponseHead): void {
    // With these Node drops the body of whatever is written next, also where it refuses a field of theirs.
    if (status === 204 || status === 304) ensureFields(headers)
    if (this.state.draining) headers.push("connection", "close")
    if (trailer !== undefined && this.#request.httpVersionMinor === 1 && isChunked(headers))
      headers.push("trailer", trailer)
    this.#response.writeHead(status, headers)
    // A body that came along goes out with the head; a stream that is silent at first gets its head now.
    process.nextTick(flushHead, this)
  }

  flush(): void {
    if (!this.#flushed && !this.#response.destroyed) this.#response.flushHeaders()
  }

  protected override sendChunk(chunk: Buffer): boolean {
    this.#flushed = true
    if (this.#response.destroyed || this.#response.write(chunk)) return true
    this.#response.once("drain", this.clientDrained)
    return false
  }

  protected override sendEnd(trailers: readonly string[] | undefined): void {
    this.#flushed = true
    if (this.#response.destroyed) return
    if (trailers !== undefined) this.#response.addTrailers(fieldPairs(trailers))
    this.#response.end()
    discardBody(this.#request, this.state.limits.lingerMs)
  }

  protected override sendPage(page: Page): void {
    this.#flushed = true
    const { lingerMs } = this.state.limits
    if (!this.#response.destroyed) writePage({ request: this.#request, response: this.#response, page, lingerMs })
  }

  protected override cut(): void {
    this.#flushed = true
    this.#response.destroy()
  }

  protected override accept(): string | undefined {
    return this.#request.headers.accept
  }
}

/** Node throws for trailers behind a body of known length. */
const isChunked = (headers: readonly string[]): boolean =>
  !headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === "content-length")

const flushHead = (exchange: Http1Exchange): void => exchange.flush()
