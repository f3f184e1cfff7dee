import type { ServerResponse } from "node:http"
import { isEncoded } from "./content-coding.ts"
import type { ResponseHead } from "./response-head.ts"

/** A body that goes on after this many bytes in more than one chunk is not gathered further. */
const GATHERED_BYTES = 64 * 1024

export interface ResponseWriterOptions {
  outgoing: ServerResponse
  head: ResponseHead
  /** `fetch` answered with it: what it could decode, it has decoded. */
  isDecoded: boolean
}

/**
 * Puts one answer on the wire. Its head is held back for a turn of the event loop: a body that is whole by then has its
 * true length, whatever the handler announced, and one that breaks becomes a 500. A head that names a coding is held
 * back until the first bytes tell whether it is on them.
 */
export class ResponseWriter {
  readonly #outgoing: ServerResponse
  readonly #head: ResponseHead
  readonly #isDecoded: boolean
  #gathered: Uint8Array[] = []
  #gatheredBytes = 0
  #turnOver = false
  /** Of a head that is on the wire and announced it. */
  #length: number | undefined
  #sentBytes = 0

  constructor({ outgoing, head, isDecoded }: ResponseWriterOptions) {
    this.#outgoing = outgoing
    this.#head = head
    this.#isDecoded = isDecoded
  }

  /** All bytes that were announced are sent, and with them the end. */
  get isFull(): boolean {
    return this.#length !== undefined && this.#sentBytes === this.#length
  }

  /** The body takes longer than a turn of the event loop. */
  endTurn(): void {
    this.#turnOver = true
    if (!this.#outgoing.headersSent) this.#sendHeadOnceDecided()
  }

  /** Takes the next bytes of a body that is not sent. False once no more are wanted. */
  look(chunk: Uint8Array): boolean {
    this.#gathered.push(chunk)
    this.#gatheredBytes += chunk.length
    return this.#gatheredBytes <= GATHERED_BYTES
  }

  /** @throws RangeError when more comes than was announced; it is not sent then */
  write(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    if (this.#outgoing.headersSent) {
      this.#send(chunk)
      return
    }
    const isEnough = !this.look(chunk) && this.#gathered.length > 1
    if (this.#turnOver || isEnough) this.#sendHeadOnceDecided()
  }

  /** @throws RangeError when fewer bytes came than were announced */
  end(): void {
    if (!this.#outgoing.headersSent) {
      this.#sendHead(this.#gatheredBytes, this.#isCoded(true))
      this.#sendGathered()
    }
    if (this.#length !== undefined && this.#sentBytes < this.#length)
      throw new RangeError(`the body ended after ${this.#sentBytes} bytes, its content-length is ${this.#length}`)
    this.#outgoing.end()
  }

  /**
   * An answer that has no body because of its status, or because it is one to HEAD. It has the fields of the GET, as
   * far as they are known: what the body alone tells may be left out (RFC 9110 9.3.2). `body`: how much was seen of it.
   */
  endWithoutBody(body: "none" | "part" | "whole"): void {
    const { status, length, codings } = this.#head
    const isSeen = this.#gatheredBytes > 0
    const isCoded = isSeen
      ? (this.#isCoded(body === "whole") ?? false)
      : codings.length === 0 || (body !== "part" && !this.#isDecoded)
    // Forbidden with 204; a 205 is framed like any other answer and has a body of no bytes (RFC 9110 8.6, 15.3.6).
    if (status === 204) this.#sendHead(undefined, isCoded)
    else if (status === 205) this.#sendHead(0, isCoded)
    else if (isSeen && body === "whole") this.#sendHead(this.#gatheredBytes, isCoded)
    else this.#sendHead(isCoded ? length : undefined, isCoded)
    this.#outgoing.end()
  }

  #sendHeadOnceDecided(): void {
    const isCoded = this.#isCoded(false)
    if (isCoded === undefined) return
    const { length } = this.#head
    this.#sendHead(isCoded && length !== undefined && length >= this.#gatheredBytes ? length : undefined, isCoded)
    if (this.#gathered.length === 0) this.#outgoing.flushHeaders()
    this.#sendGathered()
  }

  /** Is the body coded as the head says? Undefined: more bytes have to be seen. */
  #isCoded(whole: true): boolean
  #isCoded(whole: boolean): boolean | undefined
  #isCoded(whole: boolean): boolean | undefined {
    const { codings } = this.#head
    if (codings.length === 0) return true
    if (this.#isDecoded) return false
    const isKnown = isEncoded(codings, Buffer.concat(this.#gathered), whole)
    return whole ? (isKnown ?? false) : isKnown
  }

  #sendHead(length: number | undefined, isCoded: boolean): void {
    const { status, statusText, headers, contentEncoding } = this.#head
    const fields = headers.flat()
    if (isCoded && contentEncoding !== undefined) fields.push("content-encoding", contentEncoding)
    if (length !== undefined) fields.push("content-length", String(length))
    if (statusText === "") this.#outgoing.writeHead(status, fields)
    else this.#outgoing.writeHead(status, statusText, fields)
    this.#length = length
  }

  #sendGathered(): void {
    const gathered = this.#gathered
    this.#gathered = []
    for (const chunk of gathered) this.#send(chunk)
  }

  #send(chunk: Uint8Array): void {
    if (this.#length !== undefined && this.#sentBytes + chunk.length > this.#length)
      throw new RangeError(`the body goes on after ${this.#sentBytes} bytes, its content-length is ${this.#length}`)
    this.#sentBytes += chunk.length
    this.#outgoing.write(chunk)
    // A body that does not end now would hold up the next request of a client that has all it was told of.
    if (this.isFull) this.#outgoing.end()
  }
}
