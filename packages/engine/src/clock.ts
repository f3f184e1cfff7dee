/** Time as the engine sees it; tests pass one that they move. */
export interface Clock {
  /** ms since the epoch. */
  now(): number
  /** Resolves at `time` or when `signal` is aborted, whichever is first; never rejects. */
  until(time: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  until: (time, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const timer = setTimeout(done, Math.min(Math.max(time - Date.now(), 0), 2 ** 31 - 1))
      signal?.addEventListener("abort", done, { once: true })
      function done() {
        clearTimeout(timer)
        signal?.removeEventListener("abort", done)
        resolve()
      }
    }),
}
