import { once } from "node:events"
import type { ServerResponse } from "node:http"

/** Fields of one connection, not of the message (RFC 9110 7.6.1): node:http writes its own. */
const HOP_BY_HOP = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"])

/** Statuses whose message has no body (RFC 9110 6.4.1). */
const WITHOUT_BODY = new Set([204, 205, 304])

/**
 * Writes a web-standard response, chunk by chunk, as fast as the client reads it.
 * Headers go out with the first chunk, or at once when that takes longer than a turn of the event loop.
 * @param signal aborted when the client goes away; the body is then cancelled and the promise rejects
 */
export async function writeResponse(response: Response, outgoing: ServerResponse, signal: AbortSignal): Promise<void> {
  writeHead(response, outgoing)
  if (!response.body || outgoing.req.method === "HEAD" || WITHOUT_BODY.has(response.status)) {
    outgoing.end()
    // Behind the answer: a stream may take its time to let go, or for ever.
    await response.body?.cancel()
    return
  }
  await writeBody(response.body, outgoing, signal)
}

function writeHead(response: Response, outgoing: ServerResponse): void {
  outgoing.statusCode = response.status
  if (response.statusText) outgoing.statusMessage = response.statusText
  for (const [name, value] of response.headers)
    if (name !== "set-cookie" && !HOP_BY_HOP.has(name)) outgoing.setHeader(name, value)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) outgoing.setHeader("set-cookie", cookies)
  // Forbidden with 204; a 205 is framed like any other answer and has a body of no bytes (RFC 9110 8.6, 15.3.6).
  if (response.status === 204) outgoing.removeHeader("content-length")
  if (response.status === 205) outgoing.setHeader("content-length", 0)
  // `return fetch(url)`: fetch decoded the body but left the headers of the encoded one.
  if (response.url && response.body && response.headers.has("content-encoding")) {
    outgoing.removeHeader("content-encoding")
    outgoing.removeHeader("content-length")
  }
  outgoing.strictContentLength = true
}

async function writeBody(
  body: ReadableStream<Uint8Array>,
  outgoing: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const reader = body.getReader()
  const cancel = () => void reader.cancel(signal.reason).catch(() => undefined)
  signal.addEventListener("abort", cancel)
  const flush = setImmediate(() => outgoing.flushHeaders())
  try {
    for (;;) {
      const { done, value } = await reader.read()
      clearImmediate(flush)
      signal.throwIfAborted()
      if (done) break
      if (!(value instanceof Uint8Array)) throw new TypeError(`a chunk of the body is a ${typeof value}, not bytes`)
      if (!outgoing.write(value)) await once(outgoing, "drain", { signal })
    }
    outgoing.end()
  } catch (error) {
    await reader.cancel(error).catch(() => undefined)
    throw error
  } finally {
    clearImmediate(flush)
    signal.removeEventListener("abort", cancel)
  }
}
