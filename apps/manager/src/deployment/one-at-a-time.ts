/** Lets those who give the same key in one after the other; others side by side. */
export class OneAtATime {
  readonly #last = new Map<string, Promise<unknown>>()

  async with<T>(key: string, work: () => Promise<T>): Promise<T> {
    const running = (this.#last.get(key) ?? Promise.resolve()).then(work)
    const ended = running.catch(() => undefined)
    this.#last.set(key, ended)
    try {
      return await running
    } finally {
      if (this.#last.get(key) === ended) this.#last.delete(key)
    }
  }
}
