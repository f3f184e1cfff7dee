/** A limit on runs that work at the same time; a run that only waits for time gives its slot back. */
export interface Slots {
  /**
   * Resolves with a function that gives the slot back, once there is one. Never rejects; when `signal` is aborted it
   * resolves without a slot.
   */
  take(signal: AbortSignal | undefined): Promise<() => void>
}

/** A fixed number of slots; further runs wait in line. */
export class SlotPool implements Slots {
  #free: number
  readonly #onFree: () => void
  readonly #line = new Set<() => void>()

  /** `onFree` is called when a slot is free and nobody waits for it. */
  constructor(places: number, onFree: () => void = () => {}) {
    this.#free = places
    this.#onFree = onFree
  }

  async take(signal: AbortSignal | undefined): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1
    else if (!(await this.#wait(signal))) return () => {}
    return this.#once()
  }

  /** Is a slot free at once? */
  get hasFree(): boolean {
    return this.#free > 0
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
    const [next] = this.#line
    if (next) {
      this.#line.delete(next)
      next()
    } else {
      this.#free += 1
      this.#onFree()
    }
  }
}
