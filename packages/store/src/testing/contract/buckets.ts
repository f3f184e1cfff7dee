import { createLimiterOver, type Limiter } from "@alienplatform/engine"
import { expect, test } from "vitest"
import type { Fixture } from "../fixture.ts"

const LIMITS = {
  slow: { calls: 1, per: 10_000 },
  fast: { calls: 10, per: 1_000 },
  burst: { calls: 1, per: 10_000, burst: 3 },
  reads: { calls: 1, per: 10_000, reads: true },
}
const DAY = 24 * 3_600_000

export function bucketContract(fixture: Fixture): void {
  /** Two limiters on one database, as two managers have them. */
  const two = () =>
    [createLimiterOver(LIMITS, fixture.store.buckets), createLimiterOver(LIMITS, fixture.store.buckets)] as const
  const wait = async (limiter: Limiter, ...buckets: string[]) => (await limiter.reserve(buckets, {})).waitMs
  const waits = async (limiter: Limiter, count: number, ...buckets: string[]) => {
    const all: number[] = []
    for (let index = 0; index < count; index += 1) all.push(await wait(limiter, ...buckets))
    return all
  }

  test("never give two limiters the same place", async () => {
    const [one, other] = two()
    const asked = Array.from({ length: 30 }, (_, index) => wait(index % 2 ? one : other, "slow"))
    const all = (await Promise.all(asked)).sort((left, right) => left - right)
    expect(all).toEqual(Array.from({ length: 30 }, (_, index) => index * 10_000))
  })

  test("give a place in all buckets of a call, or in none", async () => {
    const [one, other] = two()
    await Promise.all([
      ...Array.from({ length: 10 }, () => wait(one, "slow/here", "fast/here")),
      ...Array.from({ length: 10 }, () => wait(other, "fast/here", "slow/here")),
    ])
    expect(await wait(one, "slow/here")).toBe(200_000)
    // What is taken there for later keeps nobody from calling now.
    expect(await wait(other, "fast/here")).toBe(100)
    expect(await wait(other, "slow/there", "fast/there")).toBe(0)
  })

  test("hold everybody when one of them is throttled, and take places away that were given before", async () => {
    const { clock } = fixture
    const [one, other] = two()
    await waits(one, 3, "slow")
    clock.time += 1_000
    await other.hold(["slow"], 4_000)
    clock.time += 1_000
    expect(await one.isLost(["slow"], { waitMs: 8_000, ageMs: 2_000 })).toBe(true)
    expect(await waits(one, 2, "slow")).toEqual([3_000, 13_000])
    expect(await other.isLost(["slow"], { waitMs: 13_000, ageMs: 0 })).toBe(false)
  })

  test("give a place again that was given back, and only that one", async () => {
    const [one, other] = two()
    expect([await wait(one, "slow"), await wait(other, "slow"), await wait(one, "slow")]).toEqual([0, 10_000, 20_000])
    await other.giveBack(["slow"], { waitMs: 10_000, ageMs: 0 })
    expect([await wait(one, "slow"), await wait(other, "slow")]).toEqual([10_000, 30_000])
  })

  test("let as many calls start together as the burst, whoever makes them", async () => {
    const [one, other] = two()
    const asked = Array.from({ length: 5 }, (_, index) => wait(index % 2 ? one : other, "burst"))
    expect((await Promise.all(asked)).sort((left, right) => left - right)).toEqual([0, 0, 0, 10_000, 20_000])
  })

  test("give a call that lets others go first a place that is free at once, or none", async () => {
    const [one, other] = two()
    expect(await one.reserve(["slow"], { yielding: true })).toEqual({ waitMs: 0, taken: true })
    expect(await other.reserve(["slow"], { yielding: true })).toEqual({ waitMs: 10_000, taken: false })
    expect(await wait(one, "slow")).toBe(10_000)
  })

  test("count reads where they are counted", async () => {
    const [one, other] = two()
    expect(await one.reserve(["slow", "reads"], { read: true })).toEqual({ waitMs: 0, taken: true })
    expect(await other.reserve(["reads"], { read: true })).toEqual({ waitMs: 10_000, taken: true })
    expect(await wait(other, "slow")).toBe(0)
  })

  test("outlive the store", async ({ skip }) => {
    const { reopen } = fixture
    if (!reopen) return skip()
    await wait(two()[0], "slow")
    const again = await reopen()
    expect(await wait(createLimiterOver(LIMITS, again.buckets), "slow")).toBe(10_000)
  })

  test("hold nobody up for longer when the clock is set back", async () => {
    const { clock } = fixture
    const [one, other] = two()
    await waits(one, 2, "slow")
    await one.hold(["burst"], 5_000)
    clock.time -= DAY
    expect(await wait(other, "slow")).toBe(20_000)
    expect(await wait(other, "burst")).toBe(5_000)
  })

  test("are dropped when they have rested, and not while somebody may have a place", async () => {
    const { store, clock } = fixture
    const [one] = two()
    await waits(one, 3, "slow")
    await one.hold(["fast"], 50_000)
    expect(await store.pruneBuckets(clock.time + 20_000)).toBe(0)
    expect(await store.pruneBuckets(clock.time + 40_000)).toBe(1)
    expect(await wait(one, "fast")).toBe(50_000)
    expect(await store.pruneBuckets(clock.time + DAY)).toBe(1)
    expect(await wait(one, "slow")).toBe(0)
  })
}
