import type { Clock } from "../declare/clock.ts"

/** A clock that jumps to the next time that somebody waits for, as soon as nothing else is going on. */
export class SimulatedClock implements Clock {
  #now: number
  #waiting: { time: number; resolve: () => void }[] = []
  #idle = false

  constructor(start = 1_700_000_000_000) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  /** Lets `ms` pass, with everything that happens meanwhile. */
  advance(ms: number): Promise<void> {
    return this.until(this.#now + ms)
  }

  until(time: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted || time <= this.#now) return resolve()
      const entry = { time, resolve }
      this.#waiting.push(entry)
      signal?.addEventListener(
        "abort",
        () => {
          this.#waiting = this.#waiting.filter((other) => other !== entry)
          resolve()
        },
        { once: true },
      )
      this.#jumpWhenIdle()
    })
  }

  /** Jumps once all ready promises have run: setImmediate runs after them, so that only time can make progress. */
  #jumpWhenIdle(): void {
    if (this.#idle) return
    this.#idle = true
    setImmediate(() => {
      this.#idle = false
      const next = Math.min(...this.#waiting.map((entry) => entry.time))
      if (!Number.isFinite(next)) return
      this.#now = Math.max(this.#now, next)
      this.#wakeDue()
      if (this.#waiting.length > 0) this.#jumpWhenIdle()
    })
  }

  #wakeDue(): void {
    const due = this.#waiting.filter((entry) => entry.time <= this.#now)
    this.#waiting = this.#waiting.filter((entry) => entry.time > this.#now)
    for (const entry of due) entry.resolve()
  }
}
