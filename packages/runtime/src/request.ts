import type { IncomingMessage } from "node:http"
import { externalUrl } from "./external-url.ts"

/**
 * The web-standard form of a request. Its body is read from the socket only as fast as the handler reads it.
 * @param signal aborted when the client goes away
 * @throws TypeError for what the standard cannot express: a malformed host, or CONNECT, TRACE and TRACK
 */
export function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const method = incoming.method ?? "GET"
  return new Request(externalUrl(incoming), {
    method,
    headers: headersOf(incoming),
    signal,
    ...(hasBody(incoming) ? { body: bodyOf(incoming), duplex: "half" } : {}),
  })
}

/** A GET with a body has none in the standard; what was sent is discarded with the connection's next request. */
const hasBody = ({ method, headers }: IncomingMessage): boolean =>
  method !== "GET" &&
  method !== "HEAD" &&
  (headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0)

/** From the raw list: `incoming.headers` joins and drops some repeated ones. */
const headersOf = ({ rawHeaders }: IncomingMessage): Headers => {
  const headers = new Headers()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "")
  return headers
}

/** Chunks are pulled one at a time (a high-water mark of 0), which is what makes the socket wait for the handler. */
const bodyOf = (incoming: IncomingMessage): ReadableStream<Uint8Array> => {
  const chunks: AsyncIterator<Uint8Array> = incoming.iterator({ destroyOnReturn: false })
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await chunks.next()
        if (chunk.done) controller.close()
        else controller.enqueue(chunk.value)
      },
      async cancel() {
        await chunks.return?.()
        incoming.resume()
      },
    },
    { highWaterMark: 0 },
  )
}
