import { setImmediate } from "node:timers/promises"
import type { Clock } from "../manager/clock.ts"

/** A clock that advances when the test says so. */
export class ManualClock implements Clock {
  #now = 0
  #timers: { at: number; run: () => void; background: boolean }[] = []

  now = (): number => this.#now

  after(ms: number, run: () => void, background = false): () => void {
    const timer = { at: this.#now + ms, run, background }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Pending timers, with the milliseconds left. */
  get waiting(): { left: number; background: boolean }[] {
    return this.#timers.map(({ at, background }) => ({ left: at - this.#now, background }))
  }

  /** Lets `ms` pass; runs due timers one after the other, each until it waits again. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await setImmediate()
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = next.at
      this.#timers = this.#timers.filter((other) => other !== next)
      next.run()
      await setImmediate()
    }
    this.#now = end
  }

  #next(end: number) {
    return this.#timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0]
  }
}
