import { expect, test } from "vitest"
import { afterExit, type CrashHistory, isCrashLoop, NO_CRASHES, stableAfterMs } from "./crash-history.ts"

const SECOND = 1000
const MINUTE = 60 * SECOND
const after = (...runs: number[]): CrashHistory => runs.reduce(afterExit, NO_CRASHES)

test("three exits in a row are a loop, at any pace up to ten minutes, and fewer are none", () => {
  for (const run of [0, 5 * SECOND, 59 * SECOND, 90 * SECOND, 9 * MINUTE]) {
    expect(isCrashLoop(after(run, run), 0)).toBe(false)
    expect(isCrashLoop(after(run, run, run), 0)).toBe(true)
    expect(isCrashLoop(after(run, run, run), run)).toBe(true)
  }
})

test("it is over after a minute, or twice the longest run that failed, or ten minutes", () => {
  expect(stableAfterMs(after(5 * SECOND, 5 * SECOND))).toBe(MINUTE)
  expect(stableAfterMs(after(90 * SECOND, 0))).toBe(3 * MINUTE)
  expect(stableAfterMs(after(9 * MINUTE))).toBe(10 * MINUTE)
  expect(isCrashLoop(after(5 * SECOND, 5 * SECOND, 5 * SECOND), MINUTE - 1)).toBe(true)
  expect(isCrashLoop(after(5 * SECOND, 5 * SECOND, 5 * SECOND), MINUTE)).toBe(false)
})

test("exits that lie far apart never add up", () => {
  expect(after(11 * MINUTE, 11 * MINUTE, 11 * MINUTE, 11 * MINUTE).exits).toBe(1)
  expect(after(0, 0, MINUTE).exits).toBe(1)
})
