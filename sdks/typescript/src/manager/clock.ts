/** Time for background requests. */
export interface Clock {
  /** Monotonic time in ms; only differences have a meaning. */
  now(): number
  /** Runs `run` once after `ms`; the returned function cancels it. With `background` it keeps no process alive. */
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
