import { IncomingMessage } from "node:http"
import { Readable } from "node:stream"

/**
 * A client's request body as undici wants it: undici destroys what it is given, and the client's stream has to
 * live on for the answer. Destroying this lets go of the source and leaves it as it is; a source that closes
 * before its end destroys this with an error, which aborts the upstream request.
 */
export class UploadBody extends Readable {
  /** That came from the client. */
  bytes = 0
  /** That came behind it, names and values in turn, as received; complete once this ends. */
  trailers: readonly string[] = []
  readonly #source: Readable
  #attached = false
  #held = false
  #ended = false

  constructor(source: Readable) {
    super({ highWaterMark: 64 * 1024 })
    this.#source = source
    // HTTP/2 has them as an event, which may be over before anybody reads the body.
    if (!(source instanceof IncomingMessage))
      source.once("trailers", (_fields: unknown, _flags: unknown, raw: string[]) => {
        this.trailers = raw
      })
  }

  /** The app takes more than the client sends. */
  get starved(): boolean {
    return this.#attached && !this.#held && !this.#ended
  }

  override _read(): void {
    this.#held = false
    if (this.#attached) {
      this.#source.resume()
      return
    }
    this.#attached = true
    this.#source.on("data", this.#onData).on("end", this.#onEnd).on("error", this.#onError).on("close", this.#onClose)
    // It may be over by now: an HTTP/2 stream without a byte ends although nobody reads it.
    if (this.#source.readableEnded) this.#onEnd()
    else if (this.#source.destroyed) this.#onClose()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const source = this.#source
    source.off("data", this.#onData).off("end", this.#onEnd).off("error", this.#onError).off("close", this.#onClose)
    callback(error)
  }

  readonly #onData = (chunk: Buffer): void => {
    this.bytes += chunk.length
    if (this.push(chunk)) return
    this.#held = true
    this.#source.pause()
  }
  readonly #onEnd = (): void => {
    this.#ended = true
    if (this.#source instanceof IncomingMessage) this.trailers = this.#source.rawTrailers
    this.push(null)
  }
  readonly #onError = (error: Error): void => {
    this.destroy(error)
  }
  readonly #onClose = (): void => {
    if (!this.#source.readableEnded) this.destroy(new Error("the client closed the connection within the request body"))
  }
}
