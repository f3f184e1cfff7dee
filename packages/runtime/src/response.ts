import { once } from "node:events"
import type { ServerResponse } from "node:http"
import { responseHead } from "./response-head.ts"
import { ResponseWriter } from "./response-writer.ts"

/** Statuses whose message has no body (RFC 9110 6.4.1). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304])

/**
 * Writes a web-standard response, chunk by chunk, as fast as the client reads it. Rejects with what is wrong with it;
 * nothing was written then, unless `outgoing.headersSent`.
 * @param signal aborted when the client goes away; the body is then cancelled and the promise rejects
 */
export async function writeResponse(response: Response, outgoing: ServerResponse, signal: AbortSignal): Promise<void> {
  const head = responseHead(response)
  const writer = new ResponseWriter({ outgoing, head, isDecoded: Boolean(response.url) })
  const body = response.body ?? undefined
  const isHead = outgoing.req.method === "HEAD"
  if (isHead || WITHOUT_BODY.has(head.status)) {
    const reader = isReadable(response) ? body?.getReader() : undefined
    const isLooked = isHead && reader !== undefined && !WITHOUT_BODY.has(head.status)
    writer.endWithoutBody(isLooked ? await lookAt(reader, writer) : "none")
    // Behind the answer: a stream may take its time to let go, or for ever.
    await reader?.cancel()
  } else if (body) await writeBody(readerOf(response), { writer, outgoing, signal })
  else writer.end()
}

type Reader = ReadableStreamDefaultReader<Uint8Array>

const isReadable = ({ body, bodyUsed }: Response): boolean =>
  typeof body?.getReader === "function" && !body.locked && !bodyUsed

function readerOf(response: Response): Reader {
  if (response.body && isReadable(response)) return response.body.getReader()
  throw new TypeError(
    response.bodyUsed || response.body?.locked
      ? "fetch returned a Response whose body was read or sent before; make a new one for each request, or return a clone()"
      : "fetch returned a Response whose body is no ReadableStream",
  )
}

const turnOver = () => new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)))

/** What a body gives within a turn of the event loop, for an answer that has its head alone. */
async function lookAt(reader: Reader, writer: ResponseWriter): Promise<"part" | "whole"> {
  const turn = turnOver()
  for (;;) {
    const read = await Promise.race([reader.read(), turn])
    if (read?.done) return "whole"
    if (!(read?.value instanceof Uint8Array) || !writer.look(read.value)) return "part"
  }
}

interface WriteOptions {
  writer: ResponseWriter
  outgoing: ServerResponse
  signal: AbortSignal
}

async function writeBody(reader: Reader, { writer, outgoing, signal }: WriteOptions): Promise<void> {
  const cancel = () => void reader.cancel(signal.reason).catch(() => undefined)
  signal.addEventListener("abort", cancel)
  const turn = setImmediate(() => writer.endTurn())
  try {
    for (;;) {
      const { done, value } = await reader.read()
      signal.throwIfAborted()
      if (done) break
      if (!(value instanceof Uint8Array)) throw new TypeError(`a chunk of the body is a ${typeof value}, not bytes`)
      writer.write(value)
      if (writer.isFull) return await expectEnd(reader)
      if (outgoing.writableNeedDrain) await once(outgoing, "drain", { signal })
    }
    writer.end()
  } catch (error) {
    await reader.cancel(error).catch(() => undefined)
    throw error
  } finally {
    clearImmediate(turn)
    signal.removeEventListener("abort", cancel)
  }
}

/** The client has all that was announced, and its next request may be under way: what comes now is too late to be sent. */
async function expectEnd(reader: Reader): Promise<void> {
  const turn = turnOver()
  const read = await Promise.race([reader.read(), turn])
  if (read?.done) return
  void reader.cancel().catch(() => undefined)
  if (read?.value?.length) throw new RangeError("the body goes on after its content-length, the rest was not sent")
}
