import { describe, expect, test } from "vitest"
import type { LimitDefinition } from "../declare/platform.ts"
import { createLimiter, limitOf } from "./limiter.ts"

const at = (start = 1_000_000) => {
  const clock = { time: start, now: () => clock.time }
  return clock
}
/** A limiter on a clock that stands still until it is set, and when the next calls start after its first moment. */
const limiterOf = (definitions: Record<string, LimitDefinition>) => {
  const clock = at()
  const origin = clock.time
  const limiter = createLimiter(definitions, clock)
  const start = async (...buckets: string[]) => {
    const { waitMs, taken } = await limiter.reserve(buckets, { yielding: false })
    expect(taken).toBe(true)
    return clock.time - origin + waitMs
  }
  const starts = async (count: number, ...buckets: string[]) => {
    const times: number[] = []
    for (let index = 0; index < count; index += 1) times.push(await start(...buckets))
    return times
  }
  /** A place that comes and was given so long after the first moment. */
  const place = (comes: number, given = 0) => ({
    waitMs: origin + comes - clock.time,
    ageMs: clock.time - origin - given,
  })
  return { limiter, clock, origin, start, starts, place }
}

describe("a bucket", () => {
  test("gives one place every per / calls", async () => {
    const { starts, clock, origin } = limiterOf({ slow: { calls: 2, per: 10_000 } })
    expect(await starts(3, "slow")).toEqual([0, 5_000, 10_000])
    clock.time = origin + 60_000
    expect(await starts(2, "slow")).toEqual([60_000, 65_000])
  })

  test("lets as many calls start together after a rest as its burst, and no more", async () => {
    const { starts, clock, origin } = limiterOf({ slow: { calls: 1, per: 1_000, burst: 3 } })
    expect(await starts(5, "slow")).toEqual([0, 0, 0, 1_000, 2_000])
    clock.time = origin + 1_000_000
    expect(await starts(4, "slow")).toEqual([1_000_000, 1_000_000, 1_000_000, 1_001_000])
  })

  test("that rested for less has less to give at once", async () => {
    const { starts, clock, origin } = limiterOf({ slow: { calls: 1, per: 1_000, burst: 3 } })
    await starts(3, "slow")
    clock.time = origin + 2_000
    expect(await starts(3, "slow")).toEqual([2_000, 2_000, 3_000])
  })

  test("that is not defined is free until it is held", async () => {
    const { starts, limiter, clock, origin } = limiterOf({})
    expect(await starts(2, "any")).toEqual([0, 0])
    await limiter.hold(["any"], 1_000)
    clock.time = origin + 6
    expect(await starts(2, "any")).toEqual([1_000, 1_000])
    clock.time = origin + 2_000
    expect(await starts(1, "any")).toEqual([2_000])
  })

  test("waits for the slowest of several, and takes a place in each", async () => {
    const { start, clock, origin } = limiterOf({ slow: { calls: 1, per: 10_000 }, fast: { calls: 1, per: 100 } })
    await start("slow")
    expect(await start("slow", "fast")).toBe(10_000)
    clock.time = origin + 10_000
    expect(await start("fast")).toBe(10_100)
  })

  test("holds nobody up before a place that others have in it for much later", async () => {
    const { start, starts } = limiterOf({ slow: { calls: 1, per: 30_000 }, fast: { calls: 10, per: 1_000 } })
    for (let count = 0; count < 20; count += 1) await start("slow", "fast")
    expect(await starts(3, "fast")).toEqual([100, 200, 300])
  })

  test("counts a call once, however often it is named", async () => {
    const { start } = limiterOf({ slow: { calls: 1, per: 10_000 } })
    await start("slow", "slow")
    expect(await start("slow")).toBe(10_000)
  })

  test("of another account or region has places of its own", async () => {
    const { start } = limiterOf({ slow: { calls: 1, per: 10_000 } })
    expect(await start("slow/account/here")).toBe(0)
    expect(await start("slow/account/there")).toBe(0)
    expect(await start("slow/account/here")).toBe(10_000)
  })

  test("is defined by what stands before the first slash of its name", () => {
    const limit = { calls: 1, per: 1 }
    expect(limitOf({ "service.call": limit }, "service.call/account/region")).toBe(limit)
    expect(limitOf({ "service.call": limit }, "service.call")).toBe(limit)
    expect(limitOf({ "service.call": limit }, "service.calls/account")).toBeUndefined()
  })
})

describe("a call that lets others go first", () => {
  test("gets a place that is free now, and no later one", async () => {
    const { limiter, start } = limiterOf({ slow: { calls: 1, per: 10_000 } })
    expect(await limiter.reserve(["slow"], { yielding: true })).toEqual({ waitMs: 0, taken: true })
    expect(await limiter.reserve(["slow"], { yielding: true })).toEqual({ waitMs: 10_000, taken: false })
    expect(await start("slow")).toBe(10_000)
  })

  test("takes no place in any bucket where one of them is full", async () => {
    const { limiter, start } = limiterOf({ slow: { calls: 1, per: 10_000 }, fast: { calls: 1, per: 100 } })
    await start("slow")
    expect(await limiter.reserve(["slow", "fast"], { yielding: true })).toMatchObject({ taken: false })
    expect(await start("fast")).toBe(0)
  })
})

describe("a place that is given back", () => {
  test("goes to the next one who asks, and nobody else loses or shares one", async () => {
    const { limiter, starts, place } = limiterOf({ slow: { calls: 1, per: 10_000 } })
    expect(await starts(4, "slow")).toEqual([0, 10_000, 20_000, 30_000])
    await limiter.giveBack(["slow"], place(20_000))
    await limiter.giveBack(["slow"], place(10_000))
    expect(await starts(3, "slow")).toEqual([10_000, 20_000, 40_000])
  })

  test("is free at once when it has come", async () => {
    const { limiter, start, clock, origin, place } = limiterOf({ slow: { calls: 1, per: 10_000 } })
    await start("slow")
    clock.time = origin + 1_000
    await limiter.giveBack(["slow"], place(0))
    expect(await start("slow")).toBe(1_000)
  })

  test("is found although its holder's clock is a little off", async () => {
    const { limiter, starts, place } = limiterOf({ slow: { calls: 1, per: 10_000 } })
    await starts(3, "slow")
    await limiter.giveBack(["slow"], place(10_003))
    expect(await starts(2, "slow")).toEqual([10_000, 30_000])
  })

  test("is none any more when a throttle took it away", async () => {
    const { limiter, starts, clock, origin, place } = limiterOf({ slow: { calls: 1, per: 10_000 } })
    await starts(2, "slow")
    clock.time = origin + 1_000
    await limiter.hold(["slow"], 4_000)
    expect(await starts(2, "slow")).toEqual([5_000, 15_000])
    await limiter.giveBack(["slow"], place(10_000))
    expect(await starts(1, "slow")).toEqual([25_000])
  })

  test("in a bucket that is not defined changes nothing", async () => {
    const { limiter, starts, place } = limiterOf({})
    await limiter.giveBack(["any"], place(0))
    expect(await starts(2, "any")).toEqual([0, 0])
  })
})

describe("a bucket that is held", () => {
  test("never moves back", async () => {
    const { limiter, starts } = limiterOf({ slow: { calls: 1, per: 1_000 } })
    await limiter.hold(["slow"], 9_000)
    await limiter.hold(["slow"], 3_000)
    expect(await starts(2, "slow")).toEqual([9_000, 10_000])
  })

  test("begins anew at its end: places that were given before do not count", async () => {
    const { limiter, start, starts } = limiterOf({ slow: { calls: 1, per: 1_000 } })
    await starts(10, "slow")
    await limiter.hold(["slow"], 2_000)
    expect(await start("slow")).toBe(2_000)
  })

  test("has rested at its end", async () => {
    const { limiter, starts } = limiterOf({ slow: { calls: 1, per: 1_000, burst: 2 } })
    await starts(10, "slow")
    await limiter.hold(["slow"], 5_000)
    expect(await starts(3, "slow")).toEqual([5_000, 5_000, 6_000])
  })

  test("does not hold up another one", async () => {
    const { limiter, start } = limiterOf({ one: { calls: 1, per: 10_000 }, two: { calls: 1, per: 10_000 } })
    await limiter.hold(["one"], 50_000)
    expect(await start("two")).toBe(0)
  })

  test("takes away the places that were given before, whenever they come, and no later ones", async () => {
    const { limiter, starts, clock, origin, place } = limiterOf({ slow: { calls: 1, per: 1_000 } })
    await starts(10, "slow")
    expect(await limiter.isLost(["slow"], place(9_000))).toBe(false)
    clock.time = origin + 500
    await limiter.hold(["other", "slow"], 2_000)
    expect(await limiter.isLost(["slow"], place(1_000))).toBe(true)
    expect(await limiter.isLost(["slow"], place(9_000))).toBe(true)
    expect(await limiter.isLost(["fast", "slow"], place(9_000))).toBe(true)
    expect(await limiter.isLost(["fast"], place(9_000))).toBe(false)
    expect(await limiter.isLost([], place(9_000))).toBe(false)
    clock.time += 1
    expect(await starts(2, "slow")).toEqual([2_500, 3_500])
    expect(await limiter.isLost(["slow"], place(3_500, 501))).toBe(false)
    clock.time = origin + 9_000
    expect(await limiter.isLost(["slow"], place(9_000))).toBe(true)
  })
})

describe("a clock that was set back", () => {
  const HOUR = 3_600_000

  test("holds nobody up where the process has another one that nobody sets", async () => {
    const clock = { wall: 10 * HOUR, steady: 0, now: () => clock.wall, monotonic: () => clock.steady }
    const limiter = createLimiter({ slow: { calls: 1, per: 1_000 } }, clock)
    await limiter.reserve(["slow"], {})
    await limiter.hold(["other"], 2_000)
    clock.wall -= HOUR
    clock.steady += 500
    expect(await limiter.reserve(["slow"], {})).toEqual({ waitMs: 500, taken: true })
    expect(await limiter.reserve(["other"], {})).toEqual({ waitMs: 1_500, taken: true })
  })

  test("leaves what comes as far away as it was", async () => {
    const { starts, limiter, clock, origin } = limiterOf({ slow: { calls: 1, per: 1_000 } })
    await starts(3, "slow")
    await limiter.hold(["other"], 2_000)
    clock.time = origin - HOUR
    expect(await starts(2, "slow")).toEqual([3_000 - HOUR, 4_000 - HOUR])
    expect(await starts(1, "other")).toEqual([2_000 - HOUR])
  })
})
