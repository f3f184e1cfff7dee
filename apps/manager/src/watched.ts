/** Reads of `/info` count for this long, in ms. */
const WATCHED_FOR = 30_000

/** Which deployments somebody is looking at. In memory: after a restart the next read says it again. */
export class Watched {
  readonly #readAt = new Map<string, number>()

  /** Returns whether the watching begins with this read. */
  read(deployment: string, now: number): boolean {
    const begins = !this.has(deployment, now)
    this.#readAt.delete(deployment)
    this.#readAt.set(deployment, now)
    this.#forgetOld(now)
    return begins
  }

  has(deployment: string, now: number): boolean {
    const at = this.#readAt.get(deployment)
    return at !== undefined && now - at < WATCHED_FOR
  }

  /** The oldest come first, because each read moves its deployment to the end. */
  #forgetOld(now: number): void {
    for (const [deployment, at] of this.#readAt) {
      if (now - at < WATCHED_FOR) return
      this.#readAt.delete(deployment)
    }
  }
}
