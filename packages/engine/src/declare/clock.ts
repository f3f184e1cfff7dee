/** Time as the engine sees it; tests pass one that they move. */
export interface Clock {
  /** ms since the epoch; may be set back or forward by somebody. */
  now(): number
  /** ms since any moment; never goes back. Absent: `now`. */
  monotonic?(): number
  /** Resolves at `time` or when `signal` is aborted, whichever is first; never rejects. */
  until(time: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
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

/** A clock that nobody sets: it starts at the other's time and goes on by its monotonic one. For the length of one run. */
export function steadyClock(clock: Clock): Clock {
  const monotonic = () => clock.monotonic?.() ?? clock.now()
  const start = clock.now()
  const origin = monotonic()
  const now = () => start + (monotonic() - origin)
  return { now, monotonic, until: (time, signal) => clock.until(clock.now() + (time - now()), signal) }
}
