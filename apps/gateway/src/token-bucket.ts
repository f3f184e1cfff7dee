export interface TokenBucketOptions {
  /** Tokens at first and at most. */
  burst: number
  /** Tokens that come back by themselves. */
  perSecond: number
  /** ms, from any start. */
  now: () => number
}

/** Allows a burst, then a rate. */
export class TokenBucket {
  readonly #options: TokenBucketOptions
  #tokens: number
  #filledAt: number

  constructor(options: TokenBucketOptions) {
    this.#options = options
    this.#tokens = options.burst
    this.#filledAt = options.now()
  }

  /** False when there is none left. */
  take(): boolean {
    const { burst, perSecond, now } = this.#options
    const at = now()
    this.#tokens = Math.min(burst, this.#tokens + ((at - this.#filledAt) * perSecond) / 1000)
    this.#filledAt = at
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }

  giveBack(): void {
    this.#tokens = Math.min(this.#options.burst, this.#tokens + 1)
  }
}
