/** Reads of `/info` and `/logs` count for this long, in ms. */
const WATCHED_FOR = 30_000

/**
 * Remembers which deployments somebody is looking at. In memory alone: after a restart the next read notes it again.
 */
export class Watched {
  readonly #readAt = new Map<string, number>()
  #begun: PromiseWithResolvers<void> = Promise.withResolvers()

  /** Returns whether the watching begins with this read. */
  read(deployment: string, now: number): boolean {
    const begins = !this.has(deployment, now)
    this.#readAt.delete(deployment)
    this.#readAt.set(deployment, now)
    this.#forgetOld(now)
    if (begins) {
      this.#begun.resolve()
      this.#begun = Promise.withResolvers()
    }
    return begins
  }

  /** Those that somebody looks at now. */
  at(now: number): string[] {
    this.#forgetOld(now)
    return [...this.#readAt.keys()].filter((deployment) => this.has(deployment, now))
  }

  /** Resolves when the watching of another one begins. */
  get begins(): Promise<void> {
    return this.#begun.promise
  }

  has(deployment: string, now: number): boolean {
    const at = this.#readAt.get(deployment)
    return at !== undefined && isRecent(at, now)
  }

  /** The oldest come first, because each read moves its deployment to the end. */
  #forgetOld(now: number): void {
    for (const [deployment, at] of this.#readAt) {
      if (isRecent(at, now)) return
      this.#readAt.delete(deployment)
    }
  }
}

/** A read that has not been yet was before the clock was set back. */
const isRecent = (at: number, now: number): boolean => at <= now && now - at < WATCHED_FOR
