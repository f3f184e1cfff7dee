const FIRST_MS = 500
const LONGEST_MS = 30_000
/** Whoever served for so long and has no earlier exit is started again at once: its callers wait. */
const SERVED_MS = 5_000

/** How long to wait before the next start, ms, after `failures` exits in a row, the last after it served for `served` ms. */
export const backoff = (failures: number, served = 0): number =>
  failures === 0 && served >= SERVED_MS ? 0 : Math.min(FIRST_MS * 2 ** Math.min(failures, 16), LONGEST_MS)
