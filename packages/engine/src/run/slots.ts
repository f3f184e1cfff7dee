/** Places for runs that work; a run that only waits for time has given its place back. */
export interface Slots {
  /** Resolves with a place, and with the way to give it back. Rejects never; `signal` ends the waiting without one. */
  take(signal: AbortSignal | undefined): Promise<() => void>
}

/** So many places; the others wait in line. */
export class SlotPool implements Slots {
  #free: number
  readonly #line = new Set<() => void>()

  constructor(places: number) {
    this.#free = places
  }

  async take(signal: AbortSignal | undefined): Promise<() => void> {
    const free = this.tryTake()
    if (free) return free
    return (await this.#wait(signal)) ? this.#once() : () => {}
  }

  /** A place where one is free at once, else nothing. */
  tryTake(): (() => void) | undefined {
    if (this.#free === 0) return undefined
    this.#free -= 1
    return this.#once()
  }

  #once(): () => void {
    let given = false
    return () => {
      if (given) return
      given = true
      this.#pass()
    }
  }

  async #wait(signal: AbortSignal | undefined): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const enter = () => resolve(true)
    const leave = () => {
      if (this.#line.delete(enter)) resolve(false)
    }
    this.#line.add(enter)
    if (signal?.aborted) leave()
    else signal?.addEventListener("abort", leave, { once: true })
    const entered = await promise
    signal?.removeEventListener("abort", leave)
    return entered
  }

  #pass(): void {
    for (const next of this.#line) {
      this.#line.delete(next)
      return next()
    }
    this.#free += 1
  }
}
