import fc from "fast-check"
import { expect, test } from "vitest"
import type { LimitDefinition } from "../declare/platform.ts"
import { type BucketState, bucketAt, commonStartAt, holdBucket, isPlaceLost, returnPlace, takePlace } from "./bucket.ts"

/**
 * Do calls at these times respect the limit: never more than the burst plus one per interval between the first and the
 * last?
 */
const respects = (starts: readonly number[], { calls, per, burst = 1 }: LimitDefinition): boolean => {
  const sorted = [...starts].sort((left, right) => left - right)
  return sorted.every((first, index) =>
    sorted.slice(index).every((last, more) => last - first >= (more + 1 - burst) * (per / calls)),
  )
}

type Step = { kind: "ask" } | { kind: "give back"; which: number } | { kind: "wait"; ms: number }

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Step>({ kind: "ask" }) },
    { weight: 2, arbitrary: fc.nat(30).map((which): Step => ({ kind: "give back", which })) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 25 }).map((ms): Step => ({ kind: "wait", ms })) },
  ),
  { maxLength: 60 },
)
const limits = fc.record({
  calls: fc.constant(1),
  per: fc.integer({ min: 1, max: 10 }),
  burst: fc.integer({ min: 1, max: 4 }),
})

test("a bucket gives the first moment that its limit allows, whatever was asked for and given back before", () => {
  fc.assert(
    fc.property(limits, steps, (limit, all) => {
      let now = 1_000
      let state: BucketState | undefined
      /** Places that are still somebody's, or were used. */
      let given: number[] = []
      for (const step of all) {
        const bucket = bucketAt(state, limit, now)
        if (step.kind === "wait") now += step.ms
        else if (step.kind === "give back") {
          const waiting = given.filter((start) => start > now)
          const start = waiting[step.which % Math.max(1, waiting.length)]
          if (start === undefined) continue
          state = returnPlace(bucket, { start, since: now })
          given = given.toSpliced(given.indexOf(start), 1)
        } else {
          const start = commonStartAt([bucket], now)
          for (let earlier = now; earlier < start; earlier += 1) if (respects([...given, earlier], limit)) return false
          given.push(start)
          if (!respects(given, limit)) return false
          state = takePlace(bucket, start)
        }
      }
      return true
    }),
    { numRuns: 500 },
  )
})

test("calls that need several buckets start together, when each of them allows it", () => {
  fc.assert(
    fc.property(
      fc.array(limits, { minLength: 3, maxLength: 3 }),
      fc.array(fc.integer({ min: 1, max: 7 })),
      (all, asked) => {
        const states: (BucketState | undefined)[] = [undefined, undefined, undefined]
        const given: number[][] = [[], [], []]
        for (const mask of asked) {
          const needed = [0, 1, 2].filter((index) => mask & (1 << index))
          const buckets = needed.map((index) => bucketAt(states[index], all[index], 1_000))
          const start = commonStartAt(buckets, 1_000)
          for (const [place, index] of needed.entries()) {
            const [bucket, limit] = [buckets[place], all[index]]
            given[index]?.push(start)
            if (!bucket || !limit || !respects(given[index] ?? [], limit)) return false
            states[index] = takePlace(bucket, start)
          }
        }
        return true
      },
    ),
  )
})

test("a definition that allows nothing does not end in a search without end", () => {
  const bucket = bucketAt(undefined, { calls: 0, per: 1_000, burst: 1 }, 5)
  expect(commonStartAt([bucketAt(takePlace(bucket, 5), bucket.limit, 5)], 5)).toBeDefined()
})

test("a place is lost to a throttle that came after it, and to no other", () => {
  const limit = { calls: 1, per: 10 }
  const { state } = bucketAt(undefined, limit, 100)
  const throttled = holdBucket(state, 200)
  expect([99, 100, 101].map((since) => isPlaceLost(throttled, since))).toEqual([true, true, false])
  expect(holdBucket(throttled, 150)).toBe(throttled)
  expect(holdBucket(state, 100)).toBe(state)
})
