import type { IncomingMessage, RequestListener, ServerResponse } from "node:http"
import { TLSSocket } from "node:tls"
import { admit, targetOf } from "./admission.ts"
import type { Destination } from "./destination.ts"
import { type Page, pageOf, type Refusal, refusals } from "./error-page.ts"
import { Exchange, type Forwarded } from "./exchange.ts"
import { requestHeaders } from "./request-headers.ts"
import type { ResponseHead } from "./response-headers.ts"
import type { Serving } from "./serving.ts"
import { UploadBody } from "./upload-body.ts"

export const http1Listener =
  (serving: Serving): RequestListener =>
  (request, response) => {
    const { socket, method = "GET", rawHeaders } = request
    const target = targetOf(request.url ?? "", rawHeaders)
    if (target === undefined || !(socket instanceof TLSSocket)) {
      refuse(request, response, refusals.invalid("no single Host and path"))
      return
    }
    const admitted = admit(serving.routing, target.authority, socket)
    if ("status" in admitted) {
      refuse(request, response, admitted)
      return
    }
    const { destination } = admitted
    const { headers, body } = requestHeaders(rawHeaders, admitted, socket.remoteAddress)
    const forwarded: Forwarded = {
      method,
      path: target.path,
      headers,
      body: body ? new UploadBody(request) : null,
      reset: false,
      servername: "upstream",
      headersTimeout: destination.timeout,
    }
    new Http1Exchange({ serving, destination, forwarded, request, response }).start()
  }

export function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  writePage(request, response, pageOf(refusal, request.headers.accept))
}

function writePage(request: IncomingMessage, response: ServerResponse, page: Page): void {
  // After a request that is not understood nobody knows where the next one begins.
  if (page.status === 400) page.headers.push("connection", "close")
  response.writeHead(page.status, page.headers)
  response.end(page.body)
  discardBody(request)
}

/** ms that a client may go on sending a body that nobody reads any more, so that it gets to read the answer. */
const LINGER = 5_000

function discardBody(request: IncomingMessage): void {
  if (request.complete) return
  request.resume()
  const timer = setTimeout(() => request.socket.destroy(), LINGER).unref()
  request.once("close", () => clearTimeout(timer)).once("end", () => clearTimeout(timer))
}

class Http1Exchange extends Exchange {
  readonly #serving: Serving
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  #flushed = false

  constructor(options: {
    serving: Serving
    destination: Destination
    forwarded: Forwarded
    request: IncomingMessage
    response: ServerResponse
  }) {
    super(options.destination, options.forwarded)
    this.#serving = options.serving
    this.#request = options.request
    this.#response = options.response
    options.response.on("close", () => this.clientGone())
  }

  protected override sendHead(status: number, { headers, trailer }: ResponseHead): void {
    if (this.#serving.draining) headers.push("connection", "close")
    if (trailer !== undefined && this.#request.httpVersionMinor === 1 && this.#request.method !== "HEAD")
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
    this.#response.once("drain", this.resumeUpstream)
    return false
  }

  protected override sendEnd(trailers: Record<string, string> | undefined): void {
    this.#flushed = true
    if (this.#response.destroyed) return
    if (trailers !== undefined) this.#response.addTrailers(trailers)
    this.#response.end()
    discardBody(this.#request)
  }

  protected override sendPage(page: Page): void {
    this.#flushed = true
    if (!this.#response.destroyed) writePage(this.#request, this.#response, page)
  }

  protected override cut(): void {
    this.#flushed = true
    this.#response.destroy()
  }

  protected override accept(): string | undefined {
    return this.#request.headers.accept
  }
}

const flushHead = (exchange: Http1Exchange): void => exchange.flush()
