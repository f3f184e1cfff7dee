const FIRST_MS = 500
const LONGEST_MS = 30_000

/** How long to wait before the next start, ms, after `failures` exits in a row. */
export const backoff = (failures: number): number => Math.min(FIRST_MS * 2 ** Math.min(failures, 16), LONGEST_MS)
