import { Readable } from "node:stream"

/**
 * A client's request body as undici wants it: undici destroys what it is given, and the client's stream has to
 * live on for the answer. Destroying this lets go of the source and leaves it as it is; a source that closes
 * before its end destroys this with an error, which aborts the upstream request.
 */
export class UploadBody extends Readable {
  readonly #source: Readable
  #attached = false

  constructor(source: Readable) {
    super({ highWaterMark: 64 * 1024 })
    this.#source = source
  }

  override _read(): void {
    if (this.#attached) {
      this.#source.resume()
      return
    }
    this.#attached = true
    this.#source.on("data", this.#onData).on("end", this.#onEnd).on("error", this.#onError).on("close", this.#onClose)
    if (this.#source.destroyed && !this.#source.readableEnded) this.#onClose()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const source = this.#source
    source.off("data", this.#onData).off("end", this.#onEnd).off("error", this.#onError).off("close", this.#onClose)
    callback(error)
  }

  readonly #onData = (chunk: Buffer): void => {
    if (!this.push(chunk)) this.#source.pause()
  }
  readonly #onEnd = (): void => {
    this.push(null)
  }
  readonly #onError = (error: Error): void => {
    this.destroy(error)
  }
  readonly #onClose = (): void => {
    if (!this.#source.readableEnded) this.destroy(new Error("the client closed the connection within the request body"))
  }
}
