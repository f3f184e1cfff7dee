import type { EndpointReport } from "@alienplatform/core"
import { aCondition, anEndpointReport } from "@alienplatform/core/testing"
import { expect, test } from "vitest"
import { lookAgainAt, nextDue, resyncAt } from "./due.ts"

const HOUR = 3_600_000
const now = 1_000_000_000
const report = (state: EndpointReport["state"], age = 0): EndpointReport =>
  anEndpointReport({ state, conditions: [aCondition({ since: new Date(now - age).toISOString() })] })
const due = (reports: EndpointReport[], more: Partial<Parameters<typeof nextDue>[0]> = {}) =>
  nextDue({ deployment: "dep_a", now, lastLook: now, dueAt: null, reports, watched: false, ...more }) - now

test("looks again within six hours, at a time of its own per deployment", () => {
  expect(due([report("ready")])).toBeGreaterThanOrEqual(5 * HOUR)
  expect(due([report("ready")])).toBeLessThan(6 * HOUR)
  expect(resyncAt("dep_a", 0)).not.toBe(resyncAt("dep_b", 0))
})

test("probes a new endpoint soon, then less and less often up to the resync", () => {
  expect(due([report("provisioning")])).toBe(250)
  expect(due([report("provisioning", 2_000)])).toBe(1_000)
  expect(due([report("waiting", HOUR)])).toBe(HOUR / 2)
  expect(due([report("failed", HOUR)])).toBe(HOUR / 2)
  expect(due([report("failed", 100 * HOUR)])).toBeLessThan(6 * HOUR)
})

test("asks the engine about what is not ready after half a minute, then less and less often", () => {
  expect(lookAgainAt([report("waiting")], now)).toBe(now + 30_000)
  expect(lookAgainAt([report("ready"), report("failed", HOUR)], now)).toBe(now + HOUR / 2)
  // Set back: what began later than now has only just begun.
  expect(lookAgainAt([report("waiting", -HOUR)], now)).toBe(now + 30_000)
})

test("probes every five seconds while watched, and never plans the past", () => {
  expect(due([report("failed", HOUR)], { watched: true })).toBe(5_000)
  // What is ready is looked at without a run.
  expect(due([report("ready")], { watched: true })).toBeGreaterThan(HOUR)
  expect(due([report("ready")], { dueAt: now - 1 })).toBe(0)
})
