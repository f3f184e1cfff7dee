/** Milliseconds between two questions that are answered. */
const INTERVAL_MS = 30_000
/** Milliseconds; failures never put the next question off further, only `Retry-After` does. */
const MAX_PAUSE_MS = 300_000

/**
 * When to ask next, in milliseconds from now. It doubles with each failure in a row after the first; up to a tenth is added
 * by chance, so that the workloads of one deployment do not ask together.
 * @param failures in a row
 * @param atLeast what `Retry-After` asked for
 * @param random 0 to 1
 */
export function nextPauseMs(failures: number, atLeast: number, random: number): number {
  const backoff = Math.min(INTERVAL_MS * 2 ** Math.max(failures - 1, 0), MAX_PAUSE_MS)
  return Math.max(backoff, atLeast) * (1 + random / 10)
}
