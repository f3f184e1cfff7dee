import { type Clock, systemClock } from "../../declare/clock.ts"

/** Real time, for real things to happen in, that `advance` puts forward at once: nobody sleeps through a timeout. */
export class SkippingClock implements Clock {
  #ahead = 0

  now(): number {
    return systemClock.now() + this.#ahead
  }

  until(time: number, signal?: AbortSignal): Promise<void> {
    return systemClock.until(time - this.#ahead, signal)
  }

  async advance(ms: number): Promise<void> {
    this.#ahead += ms
  }
}
