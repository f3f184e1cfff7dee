/** What the next build is for. */
export interface BuildRequest {
  changed: ReadonlySet<string>
  /** True where a person asked to build everything, changed or not. */
  everything: boolean
}

/** Collects changes while a build is under way; together they cause the next one. */
export class BuildRequests {
  #changed = new Set<string>()
  #everything = false
  #wake = Promise.withResolvers<void>()
  #overtaken = new AbortController()

  /** Aborted by the first change that comes while a build is under way. */
  get overtaken(): AbortSignal {
    return this.#overtaken.signal
  }

  change(paths: Iterable<string>): void {
    for (const path of paths) this.#changed.add(path)
    if (this.#changed.size > 0) this.#wakeUp()
  }

  all(): void {
    this.#everything = true
    this.#wakeUp()
  }

  /** Resolves with the next request; undefined when `signal` is aborted first. */
  async next(signal: AbortSignal): Promise<BuildRequest | undefined> {
    const end = () => this.#wake.resolve()
    signal.addEventListener("abort", end, { once: true })
    if (signal.aborted) end()
    await this.#wake.promise
    signal.removeEventListener("abort", end)
    if (signal.aborted) return undefined
    const request = { changed: this.#changed, everything: this.#everything }
    this.#changed = new Set()
    this.#everything = false
    this.#wake = Promise.withResolvers()
    this.#overtaken = new AbortController()
    return request
  }

  #wakeUp(): void {
    this.#wake.resolve()
    this.#overtaken.abort()
  }
}
