import type { Duplex } from "node:stream"
import { bareAnswer } from "../answer/page.ts"
import { type Refusal, refusals } from "../answer/refusals.ts"
import type { Limits } from "../limits.ts"
import { codeOf } from "../problem.ts"
import type { Http1Connections } from "./http1-connections.ts"

/**
 * Answers what the HTTP/1.1 parser refuses: 400, 408, 413, 431. Silent while another answer is under way on the connection: in
 * the middle of it, or before it, this one would be taken for the other's.
 */
export class Malformed {
  readonly #limits: Limits
  readonly #connections: Http1Connections
  readonly #answered = new WeakSet<Duplex>()

  constructor(limits: Limits, connections: Http1Connections) {
    this.#limits = limits
    this.#connections = connections
  }

  /** For `clientError`, which comes again with everything that the client still sends after it. */
  answer(error: Error, socket: Duplex): void {
    if (this.#answered.has(socket)) return
    const refusal = refusalOf(error, this.#limits)
    const [first, second] = this.#connections.open(socket)
    const silent = second !== undefined || first?.headersSent === true
    if (refusal === undefined || silent || !socket.writable) {
      socket.destroy()
      return
    }
    this.#answered.add(socket)
    // A connection that is closed with something unread is reset, and the answer lost: it is read on and forgotten.
    const linger = setTimeout(() => socket.destroy(), this.#limits.lingerMs)
    socket.once("close", () => clearTimeout(linger))
    socket.once("end", () => socket.destroy())
    // The client may have ended its half before.
    socket.end(bareAnswer(refusal), () => socket.readableEnded && socket.destroy())
  }
}

/** Nothing for what is no HTTP: a broken connection or handshake. */
function refusalOf(error: Error, limits: Limits): Refusal | undefined {
  const code = codeOf(error)
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return refusals.headersTooSlow(limits.headersTimeoutMs)
  if (code === "HPE_HEADER_OVERFLOW") return refusals.headersTooLarge(limits.maxHeaderBytes)
  if (code === "HPE_CHUNK_EXTENSIONS_OVERFLOW") return refusals.malformed(413, "its chunk extensions are too large")
  if (code === "HPE_INVALID_EOF_STATE") return undefined
  if (code === "HPE_INVALID_VERSION" || code === "HPE_INVALID_METHOD") return refusalOfRequestLine(error)
  return code.startsWith("HPE_") ? refusals.malformed(400, code.slice(4).toLowerCase().replaceAll("_", " ")) : undefined
}

/** Where it is one of HTTP, but of another version or with a method that Node does not know (RFC 9110 section 9.1). */
function refusalOfRequestLine(error: Error & { rawPacket?: Buffer; bytesParsed?: number }): Refusal {
  const { rawPacket = Buffer.alloc(0), bytesParsed = 0 } = error
  const start = rawPacket.lastIndexOf("\n", Math.max(0, bytesParsed - 1)) + 1
  const line = rawPacket.toString("latin1", start, start + MAX_REQUEST_LINE)
  const [, method, version = ""] = /^([!#$%&'*+.^_`|~0-9a-z-]+) [!-~]+ HTTP\/(\d\.\d)\r\n/i.exec(line) ?? []
  if (method === undefined) return refusals.malformed(400, "its first line is no request line")
  return codeOf(error) === "HPE_INVALID_VERSION"
    ? refusals.versionNotSupported(version)
    : refusals.methodNotSupported(method)
}

const MAX_REQUEST_LINE = 8 * 1024
