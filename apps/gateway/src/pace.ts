import type { Limits } from "./limits.ts"

/** One request under way, as far as it waits for its client. Bytes only ever grow. */
export interface Paced {
  /** The app is ready for more of the body than the client has sent, and has not answered yet. */
  readonly awaitsBody: boolean
  readonly bodyBytes: number
  /** There are bytes of the answer that the client did not take yet. */
  readonly awaitsReader: boolean
  /** Changes whenever the client took some. */
  readonly taken: number
  /** Answers with 408. */
  bodyTooSlow(): void
  /** Ends the answer visibly. */
  readerTooSlow(): void
}

interface Since {
  bodyAt: number
  bodyBytes: number
  readerAt: number
  taken: number
}

/** Looks at all requests under way every now and then, so that no request pays for a timer of its own. */
export class Pace {
  readonly #limits: Limits
  readonly #now: () => number
  readonly #requests = new Map<Paced, Since | undefined>()
  readonly #timer: NodeJS.Timeout

  /** @param now ms, from any start */
  constructor(limits: Limits, now: () => number) {
    this.#limits = limits
    this.#now = now
    this.#timer = setInterval(() => this.look(), limits.paceCheckMs).unref()
  }

  add(request: Paced): void {
    this.#requests.set(request, undefined)
  }

  delete(request: Paced): void {
    this.#requests.delete(request)
  }

  /** Waits are measured from one look to another: what is over between two of them starts anew. */
  look(): void {
    const now = this.#now()
    for (const [request, since] of this.#requests) {
      if (since === undefined) this.#requests.set(request, begin(request, now))
      else this.#judge(request, since, now)
    }
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #judge(request: Paced, since: Since, now: number): void {
    const { minBodyBytes, bodyWindowMs, readerTimeoutMs } = this.#limits
    if (!request.awaitsBody || request.bodyBytes - since.bodyBytes >= minBodyBytes) {
      since.bodyAt = now
      since.bodyBytes = request.bodyBytes
    } else if (now - since.bodyAt >= bodyWindowMs) request.bodyTooSlow()
    if (!request.awaitsReader || request.taken !== since.taken) {
      since.readerAt = now
      since.taken = request.taken
    } else if (now - since.readerAt >= readerTimeoutMs) request.readerTooSlow()
  }
}

const begin = ({ bodyBytes, taken }: Paced, now: number): Since => ({ bodyAt: now, bodyBytes, readerAt: now, taken })
