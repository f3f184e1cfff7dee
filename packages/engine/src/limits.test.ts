import { describe, expect, test } from "vitest"
import { createLimiter } from "./limits.ts"
import { backoffDelay, pollDelay, RUN_HORIZON, readsOf } from "./schedule.ts"
import { tiny } from "./testing/tiny-types.ts"

describe("a bucket", () => {
  test("gives one place every per / calls", () => {
    const limiter = createLimiter({ slow: { calls: 2, per: 10_000 } })
    expect([0, 0, 0, 1].map((now) => limiter.reserve(["slow"], now))).toEqual([0, 5_000, 10_000, 15_000])
    expect(limiter.reserve(["slow"], 60_000)).toBe(60_000)
  })

  test("that is not defined is free until it is held", () => {
    const limiter = createLimiter()
    expect([limiter.reserve(["any"], 5), limiter.reserve(["any"], 5)]).toEqual([5, 5])
    limiter.hold(["any"], 1_000)
    expect(limiter.reserve(["any"], 6)).toBe(1_000)
    expect(limiter.reserve(["any"], 2_000)).toBe(2_000)
  })

  test("that is held never moves back", () => {
    const limiter = createLimiter({ slow: { calls: 1, per: 1_000 } })
    limiter.hold(["slow"], 9_000)
    limiter.hold(["slow"], 3_000)
    expect([limiter.reserve(["slow"], 0), limiter.reserve(["slow"], 0)]).toEqual([9_000, 10_000])
  })

  test("waits for the slowest of several, and takes a place in each", () => {
    const limiter = createLimiter({ slow: { calls: 1, per: 10_000 }, fast: { calls: 1, per: 100 } })
    limiter.reserve(["slow"], 0)
    expect(limiter.reserve(["slow", "fast"], 0)).toBe(10_000)
    expect(limiter.reserve(["fast"], 0)).toBe(10_100)
  })

  test("does not hold up another one", () => {
    const limiter = createLimiter({ one: { calls: 1, per: 10_000 }, two: { calls: 1, per: 10_000 } })
    limiter.hold(["one"], 50_000)
    expect(limiter.reserve(["two"], 0)).toBe(0)
  })
})

describe("the schedule", () => {
  const Default = tiny("thing")
  const Short = tiny("thing", { reads: { first: 100, cap: 500 } })

  test("reads soon, then less and less often, up to the cap", () => {
    const delays = Array.from({ length: 20 }, (_, tries) => pollDelay(Default, tries))
    expect(delays[0]).toBe(1_000)
    expect(delays).toEqual([...delays].sort((left, right) => left - right))
    expect(delays.at(-1)).toBe(45_000)
  })

  test("has a cap that lets a run end", () => {
    expect(readsOf(Short).cap).toBeGreaterThan(RUN_HORIZON)
    expect(pollDelay(Short, 0)).toBe(100)
  })

  test("backs off from failures with some chance, so that many do not come back together", () => {
    const least = backoffDelay(0, () => new Uint8Array([0]))
    const most = backoffDelay(0, () => new Uint8Array([255]))
    expect(least).toBe(1_000)
    expect(most).toBeGreaterThan(least)
    expect(most).toBeLessThanOrEqual(1_200)
    expect(backoffDelay(3, () => new Uint8Array([0]))).toBe(8_000)
    expect(backoffDelay(50, () => new Uint8Array([0]))).toBe(45_000)
  })
})
