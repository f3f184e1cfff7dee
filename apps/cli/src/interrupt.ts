/**
 * Signals closer together than this are one key press: the terminal signals the launcher and the command, and the
 * launcher signals the command again.
 */
const ONE_PRESS_MS = 100

/** Interruption of the running command by Ctrl-C, SIGTERM or SIGHUP. */
export interface Interrupts {
  /** Aborted by the first interruption. */
  readonly signal: AbortSignal
}

/**
 * Turns signals into one orderly stop. The first aborts `signal`, so that the command can say what continues without
 * it; a second one calls `leave`, because then nobody wants to wait.
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
