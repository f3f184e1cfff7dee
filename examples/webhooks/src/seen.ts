/** As long as senders repeat a delivery: GitHub and Stripe do for three days. */
const REMEMBERED_MS = 3 * 24 * 3_600_000
const MOST = 100_000

/**
 * What came before, in the memory of this one process. With several instances, keep it where all of them look: a table
 * with a unique key does.
 */
export class Seen {
  readonly #since = new Map<string, number>()

  /** False when it was there already. */
  add(key: string, now: number): boolean {
    for (const [oldest, since] of this.#since) {
      if (now - since <= REMEMBERED_MS && this.#since.size < MOST) break
      this.#since.delete(oldest)
    }
    if (this.#since.has(key)) return false
    this.#since.set(key, now)
    return true
  }

  forget(key: string): void {
    this.#since.delete(key)
  }
}
