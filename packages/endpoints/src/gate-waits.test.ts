import { expect, test } from "vitest"
import { gateWaits, nextOverdueAt, overdueObjects, UPDATE_TIMEOUT_MS } from "./gate-waits.ts"
import { row } from "./testing/rows.ts"

const START = Date.parse("2030-01-01T00:00:00Z")
const none = new Map<string, number>()
const why = { code: "probe_failed", message: "no answer", on: "gate" } as const
const waiting = row("api/readiness", { object: "obj_gate", status: "waiting", why })

test("counts from the first look at which a gate waits, until it does no more", () => {
  const first = gateWaits(none, [waiting, row("api/process")], START)
  expect([...first]).toEqual([["obj_gate", START]])
  const second = gateWaits(first, [waiting], START + 10_000)
  expect([...second]).toEqual([["obj_gate", START]])
  expect(gateWaits(second, [row("api/readiness", { object: "obj_gate" })], START + 20_000).size).toBe(0)
})

test("is overdue once its patience is over, and not before", () => {
  const waits = gateWaits(none, [waiting], START)
  expect(nextOverdueAt(waits)).toBe(START + UPDATE_TIMEOUT_MS)
  expect(overdueObjects(waits, START + UPDATE_TIMEOUT_MS - 1).size).toBe(0)
  expect([...overdueObjects(waits, START + UPDATE_TIMEOUT_MS)]).toEqual(["obj_gate"])
  expect(nextOverdueAt(none)).toBeNull()
})

test("leaves out what waits on somebody else, and what another object has taken the place of", () => {
  const onPerson = row("api/dns", { status: "waiting", why: { ...why, on: "person" } })
  const older = row("api/process", { object: "obj_old", status: "waiting", why })
  const doomed = row("api/other", { status: "waiting", why, doomed: true })
  expect(gateWaits(none, [onPerson, older, row("api/process", { incarnation: 2 }), doomed], START).size).toBe(0)
})

test("begins anew when the clock was set back", () => {
  const waits = gateWaits(gateWaits(none, [waiting], START + 3_600_000), [waiting], START)
  expect([...waits.values()]).toEqual([START])
})
