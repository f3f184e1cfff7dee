import type { Clock } from "@alienplatform/engine"

/** Stands still but for the steps that a test makes. */
export class SteppedClock implements Clock {
  #now: number
  readonly #sleepers = new Set<{ time: number; wake: () => void }>()

  constructor(start: number) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  async until(time: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || time <= this.#now) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = () => resolve()
    const sleeper = { time, wake }
    this.#sleepers.add(sleeper)
    signal?.addEventListener("abort", wake, { once: true })
    await promise
    signal?.removeEventListener("abort", wake)
    this.#sleepers.delete(sleeper)
  }

  /** Lets time pass and wakes whoever slept until then. */
  step(ms: number): void {
    this.#now += ms
    for (const { time, wake } of this.#sleepers) if (time <= this.#now) wake()
  }
}
