import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2"
import type { TLSSocket } from "node:tls"
import { isProbeAgent } from "../answer/access-log/entry.ts"
import { type Page, pageOf } from "../answer/page.ts"
import { logRefusal, type Refusal, refusals } from "../answer/refusals.ts"
import { http2Head, type ResponseHead } from "../answer/response-headers.ts"
import type { ClientConnection } from "../connections/client-connection.ts"
import type { GatewayState } from "../gateway-state.ts"
import { fieldMap, validFields } from "../header-fields.ts"
import type { Forwarded } from "../upstream/forwarded.ts"
import { UploadBody } from "../upstream/upload-body.ts"
import { admit } from "./admission.ts"
import { AfterRead } from "./after-read.ts"
import { Exchange, type ExchangeOptions } from "./exchange.ts"
import { headersRefusal, readableHeaderBytes } from "./header-limits.ts"
import { outliveStreamErrors } from "./http2-errors.ts"
import { Http2Waste } from "./http2-waste.ts"
import { requestHeaders } from "./request-headers.ts"

/**
 * Speaks HTTP/2 on a connection that negotiated it. Extended CONNECT (RFC 8441) is not offered, so browsers open their
 * WebSockets over HTTP/1.1.
 */
export function serveHttp2(socket: TLSSocket, state: GatewayState, connection: ClientConnection): ServerHttp2Session {
  const { limits, now } = state
  // A lower limit than the announced one may be enforced (RFC 9113 section 6.5.2): such a request is answered.
  const maxHeaderListSize = readableHeaderBytes(limits)
  const session = performServerHandshake(socket, {
    maxSessionMemory: 64,
    ...REPEATED_FIELDS,
    // Else Node drops a field whose value begins or ends with a space, and nobody hears of it.
    strictFieldWhitespaceValidation: false,
    // A field counts 32 bytes more than it has, so the bytes alone decide.
    maxHeaderListPairs: maxHeaderListSize / 32,
    // Counted below, where whole answers count too.
    streamResetBurst: NEVER,
    streamResetRate: NEVER,
    settings: {
      maxConcurrentStreams: 256,
      maxHeaderListSize,
      initialWindowSize: STREAM_WINDOW,
      enablePush: false,
    },
  })
  session.setLocalWindowSize(CONNECTION_WINDOW)
  session.on("error", noop)
  const waste = new Http2Waste(session, { burst: limits.http2WasteBurst, perSecond: limits.http2WastePerSecond, now })
  outliveStreamErrors(session, socket, () => waste.add())
  connection.closeWith(() => session.destroy())
  const open = new Set<ServerHttp2Stream>()
  const afterRead = new AfterRead()
  session.setTimeout(limits.keepAliveTimeoutMs, () => {
    if (open.size === 0) session.close()
    // All is answered, and nothing of it was taken for so long.
    else if ([...open].every(({ writableEnded }) => writableEnded)) session.destroy()
  })
  session.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, raw: string[]) => {
    open.add(stream)
    connection.begin()
    stream.on("error", noop).once("close", () => {
      open.delete(stream)
      connection.end()
      if (stream.headersSent && stream.writableFinished) waste.answered()
      else waste.add()
    })
    serveStream({ state, socket, stream, headers, raw, afterRead })
  })
  return session
}

/** An app may repeat a field that is to stand once: what to make of it is for the client to decide. Unknown to types. */
const REPEATED_FIELDS = { strictSingleValueFields: false }

/** Bytes under way before the client waits for us; the protocol's 64 KiB make large uploads slow. */
const STREAM_WINDOW = 1024 * 1024
const CONNECTION_WINDOW = 8 * 1024 * 1024
/** Resets and resets a second that no connection reaches. */
const NEVER = 1_000_000

interface Request {
  state: GatewayState
  socket: TLSSocket
  stream: ServerHttp2Stream
  headers: IncomingHttpHeaders
  raw: readonly string[]
  afterRead: AfterRead
}

function serveStream(request: Request): void {
  const { state, socket, stream, headers, raw } = request
  // It may have been reset between its headers and now, and nothing would tell of it any more.
  if (stream.destroyed || stream.closed) return
  const method = headers[":method"] ?? "GET"
  if (method === "CONNECT") {
    refuse(request, refusals.connectUnsupported())
    return
  }
  const { ":path": path = "/" } = headers
  const tooLarge = headersRefusal(path, raw, state.limits)
  if (tooLarge !== undefined) {
    refuse(request, tooLarge)
    return
  }
  const authority = headers[":authority"] ?? headers.host ?? ""
  if (headers.host !== undefined && headers.host !== authority) {
    refuse(request, refusals.invalid(":authority and Host differ"))
    return
  }
  // nghttp2 looks at paths of http and https only: with another scheme a whole URL would name another host upstream.
  if (!path.startsWith("/")) {
    refuse(request, refusals.invalid("its path does not begin with a slash"))
    return
  }
  const admitted = admit(state, authority, socket)
  if ("status" in admitted) {
    refuse(request, admitted)
    return
  }
  if (headers.expect !== undefined) {
    if (headers.expect.toLowerCase() !== "100-continue") {
      refuse(request, refusals.expectation(headers.expect))
      return
    }
    stream.additionalHeaders({ ":status": 100 })
  }
  const { destination } = admitted
  const body = isEmpty(stream, headers) ? null : new UploadBody(stream)
  // HTTP/1.1 has trailers behind chunks alone.
  const streamed = body !== null && (headers["content-length"] === undefined || headers.trailer !== undefined)
  const forwarded: Forwarded = {
    method,
    path,
    headers: requestHeaders({ raw, address: admitted, remoteAddress: socket.remoteAddress, streamed }).headers,
    body,
    streamed,
    servername: "upstream",
    headersTimeout: destination.timeoutMs,
  }
  new Http2Exchange({ state, destination, forwarded, protocol: "HTTP/2" }, request).start()
}

/** The request certainly has no body; of one without a length only the frames to come tell. */
const isEmpty = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): boolean =>
  stream.endAfterHeaders || headers["content-length"] === "0"

function refuse({ stream, headers }: Request, refusal: Refusal): void {
  const page = pageOf(refusal, headers.accept)
  const { ":method": method, ":path": target, "user-agent": agent } = headers
  const access = { protocol: "HTTP/2", method, target, responseBytes: page.body.length, probe: isProbeAgent(agent) }
  logRefusal(refusal, access)
  writePage(stream, page)
}

function writePage(stream: ServerHttp2Stream, page: Page): void {
  if (stream.closed || stream.headersSent) return
  stream.respond(http2Head(page.status, page.headers))
  // The answer to HEAD ends with its headers.
  if (!stream.writableEnded) stream.end(page.body)
  stopUpload(stream)
}

/** Tells a client that still sends to stop, once it has the whole answer (RFC 9113 section 8.1). */
function stopUpload(stream: ServerHttp2Stream): void {
  if (stream.endAfterHeaders || stream.readableEnded) return
  stream.once("finish", () => {
    stream.close(constants.NGHTTP2_NO_ERROR)
    // A stream is over once all that came is read.
    stream.resume()
  })
}

class Http2Exchange extends Exchange {
  readonly #stream: ServerHttp2Stream
  readonly #headers: IncomingHttpHeaders
  readonly #afterRead: AfterRead
  #waitsForTrailers = false
  #trailers: readonly string[] = []

  constructor(options: ExchangeOptions, { stream, headers, afterRead }: Request) {
    super(options)
    this.#stream = stream
    this.#headers = headers
    this.#afterRead = afterRead
    stream.once("close", () => this.clientClosed())
    // Node does not close a stream that was reset without an error until its body is read, which then looks whole.
    stream.once("aborted", () => {
      this.clientClosed()
      stream.resume()
    })
  }

  protected override dispatchSoon(): void {
    this.#afterRead.add(this)
  }

  override get awaitsReader(): boolean {
    const { writableNeedDrain, writableEnded, writableFinished } = this.#stream
    return writableNeedDrain || (writableEnded && !writableFinished)
  }

  protected override sendInterim(status: number, headers: readonly string[]): void {
    if (this.#stream.closed || this.#stream.headersSent) return
    this.#stream.additionalHeaders(Object.assign(fieldMap(validFields(headers)), { ":status": status }))
  }

  protected override sendHead(status: number, { headers, trailer }: ResponseHead): void {
    if (this.#stream.closed) return
    if (trailer === undefined) {
      this.#stream.respond(http2Head(status, headers))
      return
    }
    headers.push("trailer", trailer)
    this.#waitsForTrailers = true
    this.#stream.respond(http2Head(status, headers), { waitForTrailers: true })
    this.#stream.once("wantTrailers", () => this.#sendTrailers())
  }

  #sendTrailers(): void {
    try {
      this.#stream.sendTrailers(fieldMap(this.#trailers))
    } catch {
      // The stream is over by now. Whoever throws out of an event ends the process.
      this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    }
  }

  protected override sendChunk(chunk: Buffer): boolean {
    if (this.#stream.destroyed || this.#stream.write(chunk)) return true
    this.#stream.once("drain", this.clientDrained)
    return false
  }

  protected override sendEnd(trailers: readonly string[] | undefined): void {
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
