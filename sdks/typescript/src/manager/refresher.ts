import type { Answer } from "./ask.ts"
import type { Clock } from "./clock.ts"
import type { Info } from "./info.ts"
import { nextPauseMs } from "./pace.ts"

/** Milliseconds from the first call on: calls in it wait together for the first answer, later ones never do. */
const FIRST_WAIT_MS = 500
/** Milliseconds after the last call in which it goes on asking. */
const IN_USE_MS = 300_000

export interface RefresherOptions {
  /** Never rejects. */
  ask: () => Promise<Answer>
  clock: Clock
  /** 0 to 1. */
  random: () => number
  /** Called at most once: the manager will not answer this workload any more. */
  onRefused: (status: number) => void
}

/** Keeps what the manager last told, and asks again in the background while somebody wants to know. */
export class Refresher {
  readonly #options: RefresherOptions
  #info: Info | undefined
  #first: Promise<void> | undefined
  #state: "idle" | "asking" | "waiting" | "refused" = "idle"
  #failures = 0
  #lastUse = 0
  #notBefore = Number.NEGATIVE_INFINITY

  constructor(options: RefresherOptions) {
    this.#options = options
  }

  /** What was told last: nothing before the first answer. A refusal or a failure takes nothing back. */
  async latest(): Promise<Info | undefined> {
    this.#lastUse = this.#options.clock.now()
    if (!this.#first) this.#first = this.#atMost(FIRST_WAIT_MS, this.#ask())
    else if (this.#state === "idle") this.#wait()
    await this.#first
    return this.#info
  }

  async #ask(): Promise<void> {
    const { ask, clock, random, onRefused } = this.#options
    this.#state = "asking"
    const answer = await ask()
    if (answer.type === "refused") {
      this.#state = "refused"
      return onRefused(answer.status)
    }
    if (answer.type === "told") this.#info = answer.info
    this.#failures = answer.type === "told" ? 0 : this.#failures + 1
    const atLeast = answer.type === "told" ? 0 : answer.retryAfterMs
    this.#notBefore = clock.now() + nextPauseMs(this.#failures, atLeast, random())
    this.#wait()
  }

  /** Asks when it is time; then, after a while without a call, the next call starts it again. */
  #wait(): void {
    const { clock } = this.#options
    const next = () => {
      if (clock.now() - this.#lastUse > IN_USE_MS) this.#state = "idle"
      else void this.#ask()
    }
    const left = this.#notBefore - clock.now()
    this.#state = "waiting"
    if (left > 0) clock.after(left, next, true)
    else next()
  }

  /** Not in the background: somebody awaits it. */
  #atMost(ms: number, promise: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve)
      void promise.then(() => {
        cancel()
        resolve()
      })
    })
  }
}
