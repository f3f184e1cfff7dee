import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { Handler } from "./handler.ts"
import { toRequest } from "./request.ts"
import { writeResponse } from "./response.ts"

export interface ServeOptions {
  /** 0 = any free one. */
  port: number
  /** Default 127.0.0.1. */
  host?: string
  /** What the handler threw, or what a body broke with. Default: one entry on stderr. */
  onError?: (error: unknown, where: { method: string; path: string }) => void
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

/** Serves a handler by HTTP/1.1. Rejects with node's error when it cannot listen. */
export async function serve(handler: Handler, options: ServeOptions): Promise<RunningServer> {
  const { port, host = "127.0.0.1", onError = report } = options
  let closing: Promise<void> | undefined

  // Duration and size are limited by the front; a request may stream for as long as that allows.
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (incoming, outgoing) => {
    if (closing) outgoing.shouldKeepAlive = false
    outgoing.once("close", () => closing && setImmediate(() => server.closeIdleConnections()))
    void answer(handler, incoming, outgoing, (error) =>
      onError(error, { method: incoming.method ?? "", path: incoming.url?.split("?")[0] ?? "" }),
    )
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

async function answer(
  handler: Handler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  onError: (error: unknown) => void,
): Promise<void> {
  const gone = new AbortController()
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort(new DOMException("the client closed the connection", "AbortError"))
  })
  let request: Request
  try {
    request = toRequest(incoming, gone.signal)
  } catch {
    refuse(outgoing, 400, "Bad Request")
    return
  }
  try {
    await writeResponse(checked(await handler.fetch(request)), outgoing, gone.signal)
    // A body that the handler left half-read would block the connection; one that it still reads is left to it.
    if (request.body && !request.body.locked) await request.body.cancel()
  } catch (error) {
    if (gone.signal.aborted) return
    onError(error)
    refuse(outgoing, 500, "Internal Server Error")
  }
}

/** Matched by shape: a handler may bundle its own implementation of the standard. */
function checked(response: unknown): Response {
  if (typeof response === "object" && response !== null && "status" in response && "headers" in response) {
    const { status } = response
    if (typeof status === "number" && status >= 200 && status <= 599) return response as Response
    throw new TypeError(`fetch returned a Response with status ${String(status)}; statuses are 200 to 599`)
  }
  throw new TypeError(`fetch returned ${response === null ? "null" : typeof response}, not a Response`)
}

/** After the headers are out the only honest answer is a cut connection: the client sees that something is missing. */
function refuse(outgoing: ServerResponse, status: number, text: string): void {
  if (outgoing.writableEnded) return
  if (outgoing.headersSent) {
    outgoing.destroy()
    return
  }
  for (const name of outgoing.getHeaderNames()) outgoing.removeHeader(name)
  outgoing.statusMessage = text
  outgoing.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`)
}

const report: NonNullable<ServeOptions["onError"]> = (error, { method, path }) =>
  console.error(`${method} ${path} failed:`, error)
