export interface Dispatched {
  /** Asks the upstream, unless the client is gone. */
  dispatch(): void
}

/**
 * Holds requests of a connection back until all that came with them is read: one that its client takes back in the
 * same breath then costs no upstream anything. It waits for no more than the rest of this turn of the event loop.
 */
export class AfterRead {
  #waiting: Dispatched[] = []

  add(request: Dispatched): void {
    if (this.#waiting.push(request) === 1) setImmediate(this.#dispatch)
  }

  readonly #dispatch = (): void => {
    const waiting = this.#waiting
    this.#waiting = []
    for (const request of waiting) request.dispatch()
  }
}
