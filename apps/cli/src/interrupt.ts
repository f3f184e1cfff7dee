/** Two signals closer than this are one key press: the terminal tells the launcher and the command, and the launcher tells the command again. */
const ONE_PRESS_MS = 100

/** What Ctrl-C, SIGTERM and SIGHUP mean for the command that runs. */
export interface Interrupts {
  /** Aborted by the first one. */
  readonly signal: AbortSignal
}

/**
 * Turns signals into one orderly stop. The first aborts `signal`, so that the command can say what goes on without it;
 * a second one calls `leave`, because then nobody wants to wait.
 */
export class InterruptHandler implements Interrupts {
  readonly #controller = new AbortController()
  readonly #now: () => number
  readonly #leave: () => void
  #last = Number.NEGATIVE_INFINITY

  constructor(now: () => number, leave: () => void) {
    this.#now = now
    this.#leave = leave
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  press(): void {
    const now = this.#now()
    const repeated = now - this.#last < ONE_PRESS_MS
    this.#last = now
    if (repeated) return
    if (this.signal.aborted) this.#leave()
    else this.#controller.abort()
  }
}
