import { type Clock, systemClock } from "@alienplatform/engine"

/** The system's clock, with jumps forward. */
export class SkippingClock implements Clock {
  #skipped = 0
  readonly #sleepers = new Set<() => void>()

  now(): number {
    return systemClock.now() + this.#skipped
  }

  until(time: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined
      const done = () => {
        clearTimeout(timer)
        this.#sleepers.delete(look)
        signal?.removeEventListener("abort", done)
        resolve()
      }
      const look = () => {
        clearTimeout(timer)
        const left = time - this.now()
        if (signal?.aborted || left <= 0) done()
        else timer = setTimeout(look, Math.min(left, 2 ** 31 - 1))
      }
      signal?.addEventListener("abort", done, { once: true })
      this.#sleepers.add(look)
      look()
    })
  }

  skip(ms: number): void {
    this.#skipped += ms
    for (const look of [...this.#sleepers]) look()
  }
}
