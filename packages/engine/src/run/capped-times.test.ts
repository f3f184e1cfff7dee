import { tiny, tinyCall, tinyRow } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { defineLookup } from "../declare/define-node.ts"
import type { ObjectRow } from "../record/row.ts"
import { retireAfterMs, withCappedTimes } from "./capped-times.ts"

const NOW = 10_000_000
const HOUR = 3_600_000
const MINUTE = 60_000
const Thing = tiny("thing", { retireAfter: 5 * MINUTE, gather: 2_000 })
const why = { code: "denied", message: "no" }

const capped = (changes: Partial<ObjectRow>) => withCappedTimes(tinyRow(Thing, changes), Thing, NOW)
const timesAt = (time: number): Partial<ObjectRow> => ({
  call: tinyCall("update", { at: time }),
  created: { at: time, uncertain: true },
  operation: { value: "op", since: time },
})

describe("a row whose times lie in the future", () => {
  test("has had happen what happened", () => {
    expect(capped(timesAt(NOW + HOUR))).toMatchObject(timesAt(NOW))
  })

  test("waits for no longer than it would have", () => {
    const later = { retireAt: NOW + HOUR, gatherUntil: NOW + HOUR, yieldsUntil: NOW + HOUR }
    expect(capped(later)).toMatchObject({
      retireAt: NOW + 5 * MINUTE,
      gatherUntil: NOW + 2_000,
      yieldsUntil: NOW + 10 * MINUTE,
    })
    const refused = (retryAt: number | null) =>
      ({ status: "parked", why, refused: { fingerprint: "print", retryAt } }) as const
    expect(capped({ state: refused(NOW + HOUR) }).state).toEqual(refused(NOW + 12 * MINUTE))
  })
})

describe("a row whose times are of today", () => {
  test("stays as it is", () => {
    const row = tinyRow(Thing, {
      ...timesAt(NOW - 1),
      retireAt: NOW + MINUTE,
      gatherUntil: NOW + 1,
      yieldsUntil: NOW + 1,
      state: { status: "parked", why, refused: { fingerprint: "print", retryAt: NOW + 10 * MINUTE } },
    })
    expect(withCappedTimes(row, Thing, NOW)).toEqual(row)
  })

  test("stays as it is where it has none", () => {
    for (const state of [
      { status: "settled", why: null },
      { status: "parked", why, refused: null },
      { status: "parked", why, refused: { fingerprint: "print", retryAt: null } },
    ] as const) {
      const row = tinyRow(Thing, { state })
      expect(withCappedTimes(row, Thing, NOW)).toEqual(row)
    }
  })
})

describe("how long a replaced object is kept", () => {
  test("is what its type says of its props, and nothing for what is not ours", () => {
    const bySize = tiny("by-size", { retireAfter: ({ size }) => (size === 1 ? MINUTE : HOUR) })
    expect(retireAfterMs(Thing, tinyRow(Thing))).toBe(5 * MINUTE)
    expect(retireAfterMs(bySize, tinyRow(bySize, { props: { size: 1 } }))).toBe(MINUTE)
    expect(retireAfterMs(bySize, tinyRow(bySize))).toBe(HOUR)
    expect(retireAfterMs(tiny("plain"), tinyRow(Thing))).toBe(0)
    const found = { type: "tiny.found", permissions: { read: [] }, read: async () => undefined }
    expect(retireAfterMs(defineLookup<object, object, object>(found), tinyRow(Thing))).toBe(0)
  })
})
