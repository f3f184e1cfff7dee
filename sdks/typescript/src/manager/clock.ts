/** Time, as the background sees it. */
export interface Clock {
  /** Milliseconds; only differences count. */
  now(): number
  /** Runs it once, that many milliseconds later. The answer cancels it. `background` keeps no process alive. */
  after(ms: number, run: () => void, background?: boolean): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run, background = false) {
    const timer = setTimeout(run, ms)
    if (background && typeof timer === "object") timer.unref()
    return () => clearTimeout(timer)
  },
}
