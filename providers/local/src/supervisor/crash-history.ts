import { z } from "zod"

/** So many exits in a row are a program that does not run; fewer may be one that waits for something else. */
const LOOP_EXITS = 3
/** Whoever lives for so long is well again, unless its runs before were about as long. */
const STABLE_MS = 60_000
/** Whoever lives for so long is well again, however long its runs before were. */
const LONGEST_STABLE_MS = 10 * 60_000

/** Exits of a program that nobody asked for, as far as they belong together. */
export const CrashHistory = z.object({
  /** Since it was stable last. */
  exits: z.int().nonnegative(),
  /** The longest of the runs that ended so, ms. */
  longestRunMs: z.number().nonnegative(),
})
export type CrashHistory = z.infer<typeof CrashHistory>

export const NO_CRASHES: CrashHistory = { exits: 0, longestRunMs: 0 }

/** For how long a run has to last until the exits before it are over, ms: twice as long as the longest that failed. */
export const stableAfterMs = ({ longestRunMs }: CrashHistory): number =>
  Math.min(Math.max(STABLE_MS, 2 * longestRunMs), LONGEST_STABLE_MS)

/** The history after one more exit, of a run that lasted `ranMs`. */
export const afterExit = (history: CrashHistory, ranMs: number): CrashHistory => {
  const { exits, longestRunMs } = ranMs >= stableAfterMs(history) ? NO_CRASHES : history
  return { exits: exits + 1, longestRunMs: Math.max(longestRunMs, ranMs) }
}

/** Exits again and again, whatever it does at this moment: it has been running for `runningMs`, 0 where it is not. */
export const isCrashLoop = (history: CrashHistory, runningMs: number): boolean =>
  history.exits >= LOOP_EXITS && runningMs < stableAfterMs(history)
