import { type Clock, systemClock } from "../../declare/clock.ts"

/** Real time that `advance` puts forward at once, so that real work can go on and no test sleeps through a timeout. */
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
