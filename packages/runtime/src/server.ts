import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { clientGone } from "./client-gone.ts"
import type { Handler } from "./handler.ts"
import { MAX_HEADER_BYTES, MAX_HEADERS } from "./header-limits.ts"
import { Malformed, type Refusal, refusalBody, refusals } from "./malformed.ts"
import { toRequest } from "./request.ts"
import { writeResponse } from "./response.ts"

export interface ServeOptions {
  /** 0 = any free one. */
  port: number
  /** Default 127.0.0.1. */
  host?: string
  /** What the handler threw, or what a body broke with. Default: one entry on stderr. */
  onError?: (error: unknown, where: { method: string; path: string }) => void
  /** Told of a request that the handler does not get. Default: a line on stderr. */
  onRefused?: (refusal: Refusal) => void
}

export interface RunningServer {
  port: number
  /**
   * Stops accepting, lets requests under way finish, and cuts those that have not after `graceMs` (default 10,000).
   * May be called again: all calls end together.
   */
  close(graceMs?: number): Promise<void>
}

/** Longer than fronts keep idle connections, so that they and not we close first; 5 s is node:http's default. */
const KEEP_ALIVE_MS = 75_000

/** From the first byte of a request; only a front that hangs takes so long. */
const HEADERS_TIMEOUT_MS = 60_000

/** Serves a handler by HTTP/1.1. Rejects with node's error when it cannot listen. */
export async function serve(handler: Handler, options: ServeOptions): Promise<RunningServer> {
  const { port, host = "127.0.0.1", onError = report, onRefused = reportRefused } = options
  const malformed = new Malformed()
  let closing: Promise<void> | undefined

  // Duration and size of a body are limited by the front; a request may stream for as long as that allows.
  const limits = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
  }
  const server = createServer(limits, (incoming, outgoing) => {
    malformed.began(incoming.socket, outgoing)
    if (closing) outgoing.shouldKeepAlive = false
    outgoing.once("close", () => closing && setImmediate(() => server.closeIdleConnections()))
    const where = { method: incoming.method ?? "", path: incoming.url?.split("?")[0] ?? "" }
    void answer(handler, { incoming, outgoing, onRefused, onError: (error) => onError(error, where) })
  })
  server.on("clientError", (error, socket) => {
    const refusal = malformed.answer(error, socket)
    if (refusal) onRefused(refusal)
  })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, host, () => resolve(server.off("error", reject) && undefined))
  })
  const address = server.address()

  return {
    port: typeof address === "object" && address ? address.port : port,
    close(graceMs = 10_000) {
      closing ??= new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
      })
      return closing
    },
  }
}

interface Exchange extends Required<Pick<ServeOptions, "onRefused">> {
  incoming: IncomingMessage
  outgoing: ServerResponse
  onError: (error: unknown) => void
}

async function answer(handler: Handler, { incoming, outgoing, onRefused, onError }: Exchange): Promise<void> {
  const gone = new AbortController()
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort(clientGone())
  })
  const request = requestOf(incoming, gone.signal)
  if (!(request instanceof Request)) {
    onRefused(request)
    const { headers, body } = refusalBody(request)
    outgoing.writeHead(request.status, { ...headers, connection: "close" }).end(body)
    return
  }
  try {
    await writeResponse(checked(await handler.fetch(request)), outgoing, gone.signal)
  } catch (error) {
    if (gone.signal.aborted) return
    fail(outgoing)
    onError(error)
  }
  // A body that the handler left half-read would block the connection; one that it still reads is left to it.
  if (request.body && !request.body.locked) await request.body.cancel().catch(() => undefined)
}

function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request | Refusal {
  const count = incoming.rawHeaders.length / 2
  if (count > MAX_HEADERS) return refusals.tooManyHeaders(count)
  if (asksForWebSocket(incoming)) return refusals.webSocket()
  try {
    return toRequest(incoming, signal)
  } catch (error) {
    return refusals.invalid(error instanceof Error ? error.message : String(error))
  }
}

/** Other protocols may be ignored (RFC 9110 section 7.8); whoever asks for this one cannot go on without it. */
const asksForWebSocket = ({ headers: { upgrade = "" } }: IncomingMessage): boolean =>
  upgrade.split(",").some((protocol) => protocol.trim().toLowerCase() === "websocket")

/** Matched by shape: a handler may bundle its own implementation of the standard. */
function checked(response: unknown): Response {
  if (typeof response === "object" && response !== null && "status" in response && "headers" in response)
    return response as Response
  throw new TypeError(`fetch returned ${response === null ? "null" : typeof response}, not a Response`)
}

/**
 * After the headers are out the only honest answer is a cut connection: the client sees that something is missing.
 * Never before it got a byte: a front would take that for a connection that died, and ask again.
 */
function fail(outgoing: ServerResponse): void {
  if (outgoing.writableEnded) return
  if (outgoing.headersSent) {
    if (outgoing.socket) outgoing.socket.destroySoon()
    else outgoing.destroy()
    return
  }
  const body = "Internal Server Error\n"
  outgoing.writeHead(500, { "content-type": "text/plain; charset=utf-8", "content-length": body.length }).end(body)
}

const report: NonNullable<ServeOptions["onError"]> = (error, { method, path }) =>
  console.error(`${method} ${path} failed:`, error)

const reportRefused = ({ status, code, message }: Refusal) => console.error(`answered ${status} ${code}: ${message}`)
