import { expect, test } from "vitest"
import { TokenBucket } from "./token-bucket.ts"

const taken = (bucket: TokenBucket, times: number) => Array.from({ length: times }, () => bucket.take())

test("a bucket allows a burst, then a rate, and never saves more than a burst", () => {
  let now = 0
  const bucket = new TokenBucket({ burst: 3, perSecond: 2, now: () => now })
  expect(taken(bucket, 4)).toEqual([true, true, true, false])
  now += 400
  expect(bucket.take()).toBe(false)
  now += 100
  expect(taken(bucket, 2)).toEqual([true, false])
  now += 60_000
  expect(taken(bucket, 4)).toEqual([true, true, true, false])
})

test("what is given back may be taken again, up to a burst", () => {
  const bucket = new TokenBucket({ burst: 2, perSecond: 0, now: () => 0 })
  bucket.giveBack()
  expect(taken(bucket, 3)).toEqual([true, true, false])
  bucket.giveBack()
  expect(taken(bucket, 2)).toEqual([true, false])
})
