/** The engine's source of time; tests pass one that they advance themselves. */
export interface Clock {
  /** Wall-clock time, ms since the epoch; may jump when somebody sets the clock. */
  now(): number
  /** Monotonic time in ms from an arbitrary start; never goes back. Default: `now`. */
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

/**
 * A clock that never jumps: starts at the given clock's time and advances by its monotonic one. Meant for the length of
 * one run.
 */
export function steadyClock(clock: Clock): Clock {
  const monotonic = () => clock.monotonic?.() ?? clock.now()
  const start = clock.now()
  const origin = monotonic()
  const now = () => start + (monotonic() - origin)
  return { now, monotonic, until: (time, signal) => clock.until(clock.now() + (time - now()), signal) }
}
