import type { Dispatcher } from "undici"

/**
 * Takes every `100 Continue` out of the bytes of an app's answer and hands it to who waits for the answer. It looks at
 * what comes before the head of the answer itself, at interim responses, and lets everything else through untouched.
 */
export class ContinueFilter {
  /** Of the request under way, no head of an answer was seen yet. */
  active = false
  #handler: Dispatcher.DispatchHandlers = {}
  #held: Buffer | undefined

  /** A request is sent. */
  expect(handler: Dispatcher.DispatchHandlers): void {
    this.active = true
    this.#handler = handler
    this.#held = undefined
  }

  /** Bytes as they came; answers with what is left of them, perhaps nothing yet. */
  take(chunk: Buffer): Buffer {
    if (this.#held === undefined && chunk.length > FIRST_DIGIT && chunk[FIRST_DIGIT] !== ONE) {
      this.active = false
      return chunk
    }
    return this.#takeInterim(this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]))
  }

  /** Nothing more comes: what was held back of a head that is not complete. */
  end(): Buffer | undefined {
    const held = this.#held
    this.#held = undefined
    return held
  }

  #takeInterim(bytes: Buffer): Buffer {
    this.#held = undefined
    this.#handler.onResponseStarted?.()
    let text = bytes.toString("latin1")
    let kept = ""
    for (;;) {
      const [head, status] = INTERIM.exec(text) ?? []
      if (head === undefined) break
      text = text.slice(head.length)
      if (status === "100") this.#handler.onHeaders?.(100, [], () => {}, "Continue")
      else kept += head
    }
    if (text.length <= MAX_HEAD && INTERIM_BEGUN.test(text)) this.#held = Buffer.from(text, "latin1")
    else {
      kept += text
      this.active = false
    }
    return Buffer.from(kept, "latin1")
  }
}

/** Of the status code, behind `HTTP/1.1 `. */
const FIRST_DIGIT = 9
const ONE = 49

/** Bytes of an interim response that are waited for. */
const MAX_HEAD = 64 * 1024

/** A whole head of 1xx, but of 101, which ends the talk of HTTP. */
const INTERIM = /^HTTP\/1\.[01] (1(?!01)\d\d)(?: [^\r\n]*)?\r\n(?:[^\r\n]+\r\n)*\r\n/

/** The beginning of one, nothing among it: the next bytes tell. */
const INTERIM_BEGUN =
  /^(?:HTTP\/1\.[01] 1(?!01)\d\d(?: [^\r\n]*)?(?:\r\n[^\r\n]+)*(?:\r\n)?\r?|HTTP\/1\.[01] (?:1\d?)?|HTTP\/1\.[01]?|HTTP\/1?|H(?:T(?:TP?)?)?)?$/
