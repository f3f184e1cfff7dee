import { describe, expect, test } from "vitest"
import { type Clock, steadyClock, systemClock } from "./clock.ts"

/** A wall clock that can be set, beside a monotonic one. */
const settable = () => {
  const state = { wall: 1_000_000, steady: 50, waits: [] as number[] }
  const clock: Clock = {
    now: () => state.wall,
    monotonic: () => state.steady,
    until: async (time) => {
      state.waits.push(time - state.wall)
    },
  }
  return { state, clock }
}

describe("a steady clock", () => {
  test("starts at the other's time and goes on by what nobody sets", () => {
    const { state, clock } = settable()
    const steady = steadyClock(clock)
    expect(steady.now()).toBe(1_000_000)
    state.wall -= 3_600_000
    state.steady += 10
    expect(steady.now()).toBe(1_000_010)
    state.wall += 7_200_000
    expect(steady.now()).toBe(1_000_010)
  })

  test("waits as long as it says, whatever the other was set to", async () => {
    const { state, clock } = settable()
    const steady = steadyClock(clock)
    state.wall -= 3_600_000
    state.steady += 10
    await steady.until(1_000_110)
    expect(state.waits).toEqual([100])
  })

  test("goes by the other where that is the only one", () => {
    let now = 5
    const steady = steadyClock({ now: () => now, until: async () => {} })
    now = 9
    expect(steady.now()).toBe(9)
  })
})

describe("the system's clock", () => {
  test("waits for what is past not at all, and for nothing once it is told not to", async () => {
    await systemClock.until(Date.now() - 1)
    await systemClock.until(Number.POSITIVE_INFINITY, AbortSignal.abort())
    const stop = new AbortController()
    const waiting = systemClock.until(Date.now() + 1e12, stop.signal)
    stop.abort()
    await waiting
  })
})
