import { problem } from "@alienplatform/core"
import type { MiddlewareHandler } from "hono"
import type { Env } from "./app-types.ts"

/** Bytes of any body but an artifact's. A stack is the largest of them. */
export const MAX_JSON_BYTES = 1024 * 1024

/** Bodies are JSON and small, except an artifact's, which its own route counts. */
export const jsonBody = (): MiddlewareHandler<Env> => async (c, next) => {
  if (c.req.method === "GET" || c.req.method === "HEAD" || c.req.path.startsWith("/v1/artifacts/")) return next()
  const type = c.req.header("content-type")
  if (type !== undefined && !/^application\/json\s*(;|$)/i.test(type))
    throw problem("media_type_not_supported", { message: `the body is ${type.slice(0, 100)}; send application/json` })
  const length = c.req.header("content-length")
  if (length !== undefined && c.req.header("transfer-encoding") === undefined) {
    // The server takes no more bytes than were announced.
    if (Number(length) > MAX_JSON_BYTES) throw tooLarge()
    if (Number(length) > 0 && type === undefined) throw untyped()
    return next()
  }
  if (!c.req.raw.body) return next()
  const body = await wholeBody(c.req.raw.body)
  if (body.byteLength > 0 && type === undefined) throw untyped()
  // From its parts: the platform's Request does not take the server's one.
  const { url, method, headers, signal } = c.req.raw
  c.req.raw = new Request(url, { method, headers, signal, ...(body.byteLength > 0 ? { body } : {}) })
  return next()
}

async function wholeBody(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.byteLength
    if (size > MAX_JSON_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** A route whose body may be left out would take it for none. */
const untyped = () =>
  problem("media_type_not_supported", { message: "the body has no content-type; send application/json" })

const tooLarge = () =>
  problem("request_too_large", {
    message: `the body is larger than ${MAX_JSON_BYTES} bytes, the most that this route takes`,
  })
