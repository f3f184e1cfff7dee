import { type ServerResponse, STATUS_CODES } from "node:http"
import type { Duplex } from "node:stream"
import { MAX_HEADER_BYTES, MAX_HEADERS } from "./header-limits.ts"

/** Why a request cannot be handed to the handler. */
export interface Refusal {
  status: 400 | 408 | 413 | 431 | 501
  code: "request_invalid" | "client_too_slow" | "headers_too_large" | "websocket_not_supported"
  message: string
}

export const refusals = {
  invalid: (what: string): Refusal => ({
    status: 400,
    code: "request_invalid",
    message: `the request is not understood: ${what}`,
  }),
  tooManyHeaders: (count: number): Refusal => ({
    status: 431,
    code: "headers_too_large",
    message: `the request has ${count} headers, ${MAX_HEADERS} are taken`,
  }),
  webSocket: (): Refusal => ({
    status: 501,
    code: "websocket_not_supported",
    message:
      "a Worker answers requests and takes no WebSocket; serve it from a Container, or stream server-sent events",
  }),
}

/** Headers and JSON body of a refusal, in the shape of the front's own answers. */
export function refusalBody({ status, code, message }: Refusal): { headers: Record<string, string>; body: Buffer } {
  const body = Buffer.from(`${JSON.stringify({ code, message, retryable: status === 408, internal: false })}\n`)
  return { headers: { "content-type": "application/json", "content-length": String(body.length) }, body }
}

/**
 * Answers what node's parser refuses, and closes the connection. Silent while another answer is under way on it: in
 * the middle of that one, or before it, this one would be taken for it.
 */
export class Malformed {
  readonly #open = new WeakMap<Duplex, Set<ServerResponse>>()
  readonly #refused = new WeakSet<Duplex>()

  /** To be told of every request. */
  began(socket: Duplex, response: ServerResponse): void {
    const open = this.#open.get(socket)
    if (open) open.add(response)
    else this.#open.set(socket, new Set([response]))
    response.once("close", () => this.#open.get(socket)?.delete(response))
  }

  /** For `clientError`, which comes again with what the client still sends. Returns what was answered. */
  answer(error: Error, socket: Duplex): Refusal | undefined {
    if (this.#refused.has(socket)) return undefined
    const refusal = refusalOf("code" in error ? String(error.code) : "")
    // What is wrong may be the body of a request that is not answered yet.
    const isUnderWay = [...(this.#open.get(socket) ?? [])].some(({ req, headersSent }) => headersSent || req.complete)
    if (refusal === undefined || isUnderWay || !socket.writable) {
      socket.destroy()
      return undefined
    }
    this.#refused.add(socket)
    const { headers, body } = refusalBody(refusal)
    const fields = Object.entries({ connection: "close", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
    const head = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n${fields.join("")}\r\n`
    // A connection that is closed with something unread is reset, and the answer lost: it is read on and forgotten.
    const linger = setTimeout(() => socket.destroy(), LINGER_MS)
    socket.once("close", () => clearTimeout(linger))
    socket.once("end", () => socket.destroy())
    socket.end(Buffer.concat([Buffer.from(head), body]))
    return refusal
  }
}

const LINGER_MS = 5_000

/** Nothing for what is no HTTP: a connection that broke. */
function refusalOf(code: string): Refusal | undefined {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return { status: 408, code: "client_too_slow", message: "the headers of the request did not come in time" }
  if (code === "HPE_HEADER_OVERFLOW")
    return {
      status: 431,
      code: "headers_too_large",
      message: `the headers of the request have more than ${MAX_HEADER_BYTES} bytes`,
    }
  if (code === "HPE_CHUNK_EXTENSIONS_OVERFLOW")
    return { ...refusals.invalid("its chunk extensions are too large"), status: 413 }
  if (code === "HPE_INVALID_EOF_STATE") return undefined
  return code.startsWith("HPE_") ? refusals.invalid(code.slice(4).toLowerCase().replaceAll("_", " ")) : undefined
}
