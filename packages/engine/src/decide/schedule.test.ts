import { tiny, tinyCall, tinyRow } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { traitsOf } from "../declare/traits-of.ts"
import {
  backoffDelayMs,
  deleteProvenAt,
  missProvenAt,
  notReadyDelayMs,
  personDelayMs,
  pollDelayMs,
  RUN_HORIZON_MS,
  slowRetryDelayMs,
  twinProvenAt,
} from "./schedule.ts"

const Default = tiny("thing")
const Short = tiny("thing", { reads: { first: 100, cap: 500 } })
const least = () => new Uint8Array([0])
const most = () => new Uint8Array([255])
const MINUTE = 60_000

describe("the schedule", () => {
  test("reads soon, then less and less often, up to the cap", () => {
    const delays = Array.from({ length: 20 }, (_, tries) => pollDelayMs(Default, tries))
    expect(delays[0]).toBe(1_000)
    expect(delays).toEqual([...delays].sort((left, right) => left - right))
    expect(delays.at(-1)).toBe(45_000)
  })

  test("has a cap that lets a run end", () => {
    expect(traitsOf(Short).reads.cap).toBeGreaterThan(RUN_HORIZON_MS)
    expect(pollDelayMs(Short, 0)).toBe(100)
  })

  test("backs off from failures with some chance, so that many do not come back together", () => {
    expect(backoffDelayMs(0, least)).toBe(1_000)
    expect(backoffDelayMs(0, most)).toBeGreaterThan(1_000)
    expect(backoffDelayMs(0, most)).toBeLessThanOrEqual(1_200)
    expect(backoffDelayMs(3, least)).toBe(8_000)
    expect(backoffDelayMs(11, least)).toBe(45_000)
  })

  test("tries every ten minutes what fails for long", () => {
    expect(backoffDelayMs(12, least)).toBe(10 * MINUTE)
    expect(backoffDelayMs(1_000, most)).toBeLessThanOrEqual(12 * MINUTE)
    expect(slowRetryDelayMs(least)).toBe(10 * MINUTE)
  })

  test("tries every second or two, for minutes, what is not ready yet", () => {
    for (const tries of [0, 10, 179]) {
      expect(notReadyDelayMs(tries, least)).toBeGreaterThanOrEqual(1_000)
      expect(notReadyDelayMs(tries, most)).toBeLessThanOrEqual(2_000)
    }
    expect(180 * notReadyDelayMs(0, least)).toBeGreaterThan(3 * MINUTE)
    expect(notReadyDelayMs(180, least)).toBe(10 * MINUTE)
  })

  test("looks after minutes, up to an hour, at what waits for a person", () => {
    expect(personDelayMs(0)).toBe(3 * MINUTE)
    expect(personDelayMs(50)).toBe(60 * MINUTE)
  })
})

describe("when a reading proves something", () => {
  const row = (uncertain: boolean) => tinyRow(Default, { created: { at: 1_000, uncertain } })

  test("a miss does after what was made must be visible, and a call of unknown outcome is over", () => {
    expect(missProvenAt(Default, row(false))).toBe(6_000)
    expect(missProvenAt(Default, row(true))).toBe(66_000)
    expect(missProvenAt(Default, tinyRow(Default))).toBe(0)
    expect(twinProvenAt(Default, row(true))).toBe(126_000)
  })

  test("a hit does after a delete that was answered, later with each one", () => {
    const deleted = (deletes: number) => tinyRow(Default, { call: tinyCall("delete", { at: 1_000 }), deletes })
    expect([1, 2, 3].map((count) => deleteProvenAt(Default, deleted(count)) - 1_000)).toEqual([5_000, 15_000, 45_000])
    expect(deleteProvenAt(Default, deleted(50)) - 1_000).toBe(60 * MINUTE)
  })
})
