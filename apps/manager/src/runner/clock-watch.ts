import type { Clock } from "@alienplatform/engine"
import type { Logger } from "pino"

/** Corrections by a time server are smaller, in ms. */
const TOLERATED = 5_000
/** Later than planned by so much, in ms: the clock went forward, or the machine slept. */
const SLEPT = 5 * 60_000

/** Notices that the clock was set. Due times of before lie in the future then: `setBack` makes them due. */
export class ClockWatch {
  readonly #clock: Clock
  readonly #logger: Logger
  #last: number
  #expected: number

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock
    this.#logger = logger
    this.#last = clock.now()
    this.#expected = this.#last
  }

  /** Called whenever the time is looked at; `next` is when that will be again, at the latest. */
  plan(next: number): void {
    this.#expected = next
  }

  /** Has the clock been set back since the last look? */
  setBack(): boolean {
    const now = this.#clock.now()
    const back = this.#last - now
    const forward = now - Math.max(this.#expected, this.#last)
    this.#last = now
    if (back > TOLERATED)
      this.#logger.warn(
        { code: "clock_jumped", seconds: -Math.round(back / 1000) },
        "the clock was set back; everything is looked at again",
      )
    else if (forward > SLEPT)
      this.#logger.warn(
        { code: "clock_jumped", seconds: Math.round(forward / 1000) },
        "the clock went forward, or the machine slept",
      )
    return back > TOLERATED
  }
}
