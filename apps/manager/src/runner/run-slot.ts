import type { SlotPool, Slots } from "@alienplatform/engine"

/** One run's place among those that work at once. The engine gives it back while it waits for nothing but time. */
export class RunSlot implements Slots {
  readonly #pool: SlotPool
  #leave: (() => void) | undefined

  constructor(pool: SlotPool) {
    this.#pool = pool
  }

  async take(signal: AbortSignal | undefined): Promise<() => void> {
    this.#leave ??= await this.#pool.take(signal)
    return () => this.leave()
  }

  /** Gives the slot back; may be called again. */
  leave(): void {
    const leave = this.#leave
    this.#leave = undefined
    leave?.()
  }
}
