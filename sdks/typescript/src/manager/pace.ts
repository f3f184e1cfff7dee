/** Pause between two answered requests. */
const INTERVAL_MS = 30_000
/** Longest pause after failures; only `Retry-After` may ask for more. */
const MAX_PAUSE_MS = 300_000

/**
 * Pause before the next request, in ms. It doubles with each failure in a row after the first; up to a tenth is added
 * at random, so that the workloads of one deployment do not ask together.
 * @param failures failures in a row
 * @param atLeast what `Retry-After` asked for, ms
 * @param random 0 to 1
 */
export function nextPauseMs(failures: number, atLeast: number, random: number): number {
  const backoff = Math.min(INTERVAL_MS * 2 ** Math.max(failures - 1, 0), MAX_PAUSE_MS)
  return Math.max(backoff, atLeast) * (1 + random / 10)
}
