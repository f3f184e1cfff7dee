import type { Answer } from "./ask.ts"
import type { Clock } from "./clock.ts"
import type { Info } from "./info.ts"
import { nextPauseMs } from "./pace.ts"

/** How long calls wait for the first answer, from the first call on; later calls never wait. */
const FIRST_WAIT_MS = 500
/** How long requests go on after the last call. */
const IN_USE_MS = 300_000

export interface RefresherOptions {
  /** Makes one request to the manager; never rejects. */
  ask: () => Promise<Answer>
  clock: Clock
  /** Random number from 0 to 1. */
  random: () => number
  /** Called at most once, when the manager refuses to answer this workload for good. */
  onRefused: (status: number) => void
}

/** Keeps the manager's last answer and refreshes it in the background while the SDK is used. */
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

  /** The manager's last answer; undefined before the first one. A refusal or a failure keeps it. */
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

  /** Asks again after the pause, unless the SDK was not used for a while: then the next call starts it again. */
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

  /** Waits for a promise for at most `ms`, keeping the process alive. */
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
