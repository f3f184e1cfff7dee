import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2"
import type { TLSSocket } from "node:tls"
import { admit } from "./admission.ts"
import type { Destination } from "./destination.ts"
import { type Page, pageOf, type Refusal, refusals } from "./error-page.ts"
import { Exchange, type Forwarded } from "./exchange.ts"
import type { Limits } from "./limits.ts"
import { requestHeaders } from "./request-headers.ts"
import { http2Headers, type ResponseHead } from "./response-headers.ts"
import type { Serving } from "./serving.ts"
import { UploadBody } from "./upload-body.ts"

/** Speaks HTTP/2 on a connection that negotiated it. */
export function serveHttp2(socket: TLSSocket, serving: Serving, limits: Limits): ServerHttp2Session {
  const session = performServerHandshake(socket, {
    maxSessionMemory: 64,
    settings: {
      maxConcurrentStreams: 256,
      maxHeaderListSize: limits.headerBytes,
      initialWindowSize: STREAM_WINDOW,
      enablePush: false,
    },
  })
  session.setLocalWindowSize(CONNECTION_WINDOW)
  session.on("error", noop)
  let open = 0
  session.setTimeout(limits.keepAliveTimeout, () => {
    if (open === 0) session.close()
  })
  session.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, raw: string[]) => {
    open++
    stream.on("error", noop).once("close", () => {
      open--
    })
    serveStream({ serving, socket, stream, headers, raw })
  })
  return session
}

/** Bytes under way before the client waits for us; the protocol's 64 KiB make large uploads slow. */
const STREAM_WINDOW = 1024 * 1024
const CONNECTION_WINDOW = 8 * 1024 * 1024

function serveStream(options: {
  serving: Serving
  socket: TLSSocket
  stream: ServerHttp2Stream
  headers: IncomingHttpHeaders
  raw: readonly string[]
}): void {
  const { serving, socket, stream, headers, raw } = options
  const method = headers[":method"] ?? "GET"
  if (method === "CONNECT") {
    refuse(stream, headers, refusals.connectUnsupported())
    return
  }
  const authority = headers[":authority"] ?? headers.host ?? ""
  if (headers.host !== undefined && headers.host !== authority) {
    refuse(stream, headers, refusals.invalid(":authority and Host differ"))
    return
  }
  const admitted = admit(serving.routing, authority, socket)
  if ("status" in admitted) {
    refuse(stream, headers, admitted)
    return
  }
  const { destination } = admitted
  const forwarded: Forwarded = {
    method,
    path: headers[":path"] ?? "/",
    headers: requestHeaders(raw, admitted, socket.remoteAddress).headers,
    body: stream.endAfterHeaders ? null : new UploadBody(stream),
    reset: false,
    servername: "upstream",
    headersTimeout: destination.timeout,
  }
  new Http2Exchange({ destination, forwarded, stream, headers }).start()
}

function refuse(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, refusal: Refusal): void {
  writePage(stream, pageOf(refusal, headers.accept))
}

function writePage(stream: ServerHttp2Stream, page: Page): void {
  if (stream.destroyed || stream.headersSent) return
  stream.respond(http2Headers(page.status, page.headers))
  stream.end(page.body)
  stopUpload(stream)
}

/** Tells a client that still sends to stop, once it has the whole answer (RFC 9113 section 8.1). */
function stopUpload(stream: ServerHttp2Stream): void {
  if (stream.endAfterHeaders || stream.readableEnded) return
  stream.once("finish", () => stream.close(constants.NGHTTP2_NO_ERROR))
}

class Http2Exchange extends Exchange {
  readonly #stream: ServerHttp2Stream
  readonly #headers: IncomingHttpHeaders
  #waitsForTrailers = false
  #trailers: Record<string, string> = {}

  constructor(options: {
    destination: Destination
    forwarded: Forwarded
    stream: ServerHttp2Stream
    headers: IncomingHttpHeaders
  }) {
    super(options.destination, options.forwarded)
    this.#stream = options.stream
    this.#headers = options.headers
    options.stream.once("close", () => this.clientGone())
  }

  protected override sendHead(status: number, { headers, trailer }: ResponseHead): void {
    if (this.#stream.destroyed) return
    if (trailer === undefined) {
      this.#stream.respond(http2Headers(status, headers))
      return
    }
    headers.push("trailer", trailer)
    this.#waitsForTrailers = true
    this.#stream.respond(http2Headers(status, headers), { waitForTrailers: true })
    this.#stream.once("wantTrailers", () => this.#stream.sendTrailers(this.#trailers))
  }

  protected override sendChunk(chunk: Buffer): boolean {
    if (this.#stream.destroyed || this.#stream.write(chunk)) return true
    this.#stream.once("drain", this.resumeUpstream)
    return false
  }

  protected override sendEnd(trailers: Record<string, string> | undefined): void {
    if (this.#stream.destroyed) return
    if (this.#waitsForTrailers && trailers !== undefined) this.#trailers = trailers
    this.#stream.end()
    stopUpload(this.#stream)
  }

  protected override sendPage(page: Page): void {
    writePage(this.#stream, page)
  }

  protected override cut(): void {
    // close() would first end the stream as if the answer were complete.
    this.#stream.destroy(new Error("the upstream cut its answer off"))
  }

  protected override accept(): string | undefined {
    return this.#headers.accept
  }
}

const noop = (): void => {}
