import { IDENTITY, markOf, tinyCall, tinyRow, tinyWanted } from "@alienplatform/simulator-memory"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Reading } from "../declare/reading.ts"
import type { Dependencies, Hold, ObjectRow, RowState, SentPart, Verb } from "../record/row.ts"
import {
  AssignedType,
  answeredEvent,
  applyTo,
  calledEvent,
  failedEvent,
  refusedError,
  SharedType,
  seenEvent,
  unansweredError,
} from "./applied.fixture.ts"
import type { RowEvent } from "./apply.ts"
import { NOW } from "./decided.fixture.ts"
import { park, wait, waitForAction } from "./situation.ts"
import type { Wanted } from "./wanted.ts"

const TYPES = { assigned: AssignedType, shared: SharedType }
const why = { code: "c", message: "m" }
const KEYS = ["a", "b", "c"]

const kind = fc.constantFrom<keyof typeof TYPES>("assigned", "shared")
const value = fc.constantFrom("0", "1", "2")
const time = fc.constantFrom(0, NOW - 1_000, NOW)
const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null })
const verb = fc.constantFrom<Verb>("create", "update", "delete")
const hold = fc.constantFrom<Hold>("identity", "use", "name")
const dependencies: fc.Arbitrary<Dependencies> = fc.dictionary(fc.constantFrom("obj_0", "obj_1", "obj_2"), hold)
const entries = fc.dictionary(fc.constantFrom(...KEYS), value)
const created = maybe(fc.record({ at: time, uncertain: fc.boolean() }))
const props = maybe(fc.record({ size: fc.integer({ min: 0, max: 2 }), entries }))

const part: fc.Arbitrary<SentPart> = fc.record(
  { props: maybe(value), dependencies, attempted: value, parked: fc.constantFrom("hash", "other") },
  { requiredKeys: ["props", "dependencies"] },
)
const parts = fc.dictionary(fc.constantFrom(...KEYS), part)

const call = maybe(
  fc.record({
    verb,
    at: time,
    open: fc.boolean(),
    repeated: fc.boolean(),
    collided: fc.boolean(),
    previous: fc.record({ props, parts, dependencies, created }),
  }),
)
const state: fc.Arbitrary<RowState> = fc.constantFrom<RowState>(
  { status: "due", why: null },
  { status: "changing", why },
  { status: "settled", why: null },
  { status: "waiting", why },
  { status: "parked", why, refused: { fingerprint: "print", retryAt: null } },
)

/** Any row, sensible or not: an event must be applied correctly whatever came before. */
const row: fc.Arbitrary<Partial<ObjectRow>> = fc
  .record({
    id: maybe(fc.constantFrom("tiny-api-thing", "other")),
    props,
    dependencies,
    parts,
    call,
    created,
    state,
    operation: maybe(fc.record({ value: fc.constant("op"), since: time })),
    served: fc.boolean(),
    doomed: fc.boolean(),
    tries: fc.integer({ min: 0, max: 20 }),
    deletes: fc.integer({ min: 0, max: 4 }),
    retireAt: maybe(time),
  })
  .map(({ call: made, ...rest }) => ({ ...rest, call: made && tinyCall(made.verb, made) }))

const reading: fc.Arbitrary<Reading> = fc.record({
  id: fc.constantFrom("tiny-api-thing", "other"),
  props: fc.record({ size: fc.integer({ min: 0, max: 2 }), entries }),
  attributes: fc.constantFrom({}, { address: "x" }),
  owner: fc.constantFrom(undefined, markOf("api/thing")),
  status: fc.constantFrom<Reading["status"]>("settled", "changing"),
})

const wanted: fc.Arbitrary<Wanted> = fc
  .record({ ready: entries, staying: fc.subarray(KEYS), dependencies })
  .map(({ ready, staying, dependencies: needs }) => ({
    ...tinyWanted({ size: 1, entries: ready }),
    dependencies: needs,
    parts: Object.fromEntries(Object.entries(ready).map(([key, one]) => [key, { props: one, dependencies: needs }])),
    desiredParts: [...new Set([...Object.keys(ready), ...staying])].sort(),
  }))

const error = fc
  .record({
    code: fc.constantFrom("invalid", "denied", "throttled", "not_found", "not_ready", "conflict"),
    retryable: fc.boolean(),
    part: fc.option(fc.constantFrom(...KEYS), { nil: undefined }),
  })
  .map(({ code, retryable, part: named }) =>
    refusedError(code, { retryable, ...(named === undefined ? {} : { part: named }) }),
  )

const step = fc.oneof(
  fc.record({ reading, wanted }).map((found) => seenEvent({ action: "settle" }, found)),
  fc
    .record({
      reading,
      wanted,
      decision: fc.constantFrom(wait("changing", why, "poll"), waitForAction(why, "person"), park(why, "never")),
    })
    .map(({ decision, ...found }) => seenEvent(decision, found)),
  fc
    .record({ reading, wanted, key: fc.constantFrom(...KEYS) })
    .map(({ key, ...found }) => seenEvent({ action: "park-part", part: key, why }, found)),
  fc
    .record({ verb, wanted })
    .map(({ verb: which, wanted: desired }) => calledEvent(which, which === "delete" ? {} : { wanted: desired })),
  fc.constantFrom(answeredEvent(), answeredEvent({ id: "told" }), answeredEvent({ operation: "op-2" })),
  fc.record({ error, wanted }).map((one) => failedEvent(one.error, one.wanted)),
  fc.record({ wanted }).map((one) => failedEvent(unansweredError(), one.wanted)),
  fc.constant(failedEvent(refusedError("already_exists"))),
  fc.constantFrom<RowEvent>(
    { kind: "unread", error: unansweredError() },
    { kind: "unread", error: refusedError("denied") },
  ),
  fc
    .record({
      wanted,
      polled: fc.constantFrom(
        "running" as const,
        "done" as const,
        { failed: refusedError("quota"), outcome: "refused" as const },
        { failed: unansweredError(), outcome: "unknown" as const },
      ),
    })
    .map((one): RowEvent => ({ kind: "polled", token: "next", ...one })),
  fc.constantFrom<RowEvent>(
    { kind: "postponed", why, until: null },
    { kind: "doomed", retireAt: null },
    { kind: "doomed", retireAt: NOW + 5 },
    { kind: "address_taken", id: "there", holder: "web/other" },
    { kind: "retried" },
  ),
)

const frozen = <T>(one: T): T => {
  if (typeof one !== "object" || one === null || Object.isFrozen(one)) return one
  Object.freeze(one)
  for (const member of Object.values(one)) frozen(member)
  return one
}
const always = <Ts extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof Ts]: fc.Arbitrary<Ts[K]> },
  holds: (...values: Ts) => void,
) => fc.assert(fc.property(...arbitraries, holds), { numRuns: 500 })

describe("whatever happens to a row", () => {
  test("what went in stays as it was", () => {
    always([kind, row, step], (of, before, event) => {
      const whole = frozen(tinyRow(TYPES[of], before))
      const copy = structuredClone(whole)
      applyTo(TYPES[of], whole, frozen(event))
      expect(whole).toEqual(copy)
    })
  })

  test("what comes out can be stored and read back", () => {
    always([kind, row, step], (of, before, event) => {
      const after = applyTo(TYPES[of], before, event).row
      expect(JSON.parse(JSON.stringify(after))).toEqual(after)
    })
  })

  test("its address is never another, its doom never undone, and it is the same object", () => {
    always([kind, row, step], (of, before, event) => {
      const whole = tinyRow(TYPES[of], before)
      const { row: after } = applyTo(TYPES[of], whole, event)
      if (whole.id !== null && event.kind !== "address_taken") expect(after.id).toBe(whole.id)
      if (whole.doomed) expect(after.doomed).toBe(true)
      const { object, node, incarnation, name, type: named } = after
      expect(whole).toMatchObject({ object, node, incarnation, name, type: named })
    })
  })

  test("what was attempted of a part is remembered until a reading, or a refusal that names it", () => {
    always([row, step], (before, event) => {
      fc.pre(event.kind !== "seen" && event.kind !== "called")
      const whole = tinyRow(SharedType, before)
      const { parts: after } = applyTo(SharedType, whole, event).row
      for (const [key, { attempted }] of Object.entries(whole.parts))
        if (attempted !== undefined && !(event.kind === "failed" && event.error.part === key))
          expect(after[key]?.attempted).toBe(attempted)
    })
  })
})

describe("a call", () => {
  test("is open on record before it leaves, and closed by its answer", () => {
    always([kind, row, verb, wanted], (of, before, which, desired) => {
      const left = applyTo(TYPES[of], before, calledEvent(which, which === "delete" ? {} : { wanted: desired })).row
      expect(left.call).toMatchObject({ verb: which, open: true, at: NOW })
      expect(applyTo(TYPES[of], left, answeredEvent()).row.call).toMatchObject({ verb: which, open: false })
    })
  })

  test("that was not answered stays open, and what it sent on record", () => {
    always([kind, row, verb, wanted], (of, before, which, desired) => {
      const left = applyTo(
        TYPES[of],
        before,
        calledEvent(which, { wanted: which === "delete" ? undefined : desired }),
      ).row
      const { row: after } = applyTo(TYPES[of], left, failedEvent(unansweredError(), desired))
      const { call: open, props: sent, parts: carried, dependencies: needs, created: made } = left
      expect(after).toMatchObject({ call: open, props: sent, parts: carried, dependencies: needs, created: made })
    })
  })

  test("that was refused leaves what stood before, but for what it attempted of parts", () => {
    always([kind, row, verb, wanted, error], (of, before, which, desired, no) => {
      const whole = tinyRow(TYPES[of], before)
      fc.pre(!(whole.call?.open && whole.call.verb === which))
      const event = calledEvent(which, { reading: undefined, wanted: which === "delete" ? undefined : desired })
      const left = applyTo(TYPES[of], whole, event).row
      const { row: after } = applyTo(TYPES[of], left, failedEvent(no, which === "delete" ? undefined : desired))
      expect(after.call).toBeNull()
      expect(after).toMatchObject({ props: whole.props, dependencies: whole.dependencies, created: whole.created })
      expect(after.dependencies).toEqual(whole.dependencies)
      for (const key of KEYS) {
        expect(after.parts[key]?.props ?? null).toEqual(whole.parts[key]?.props ?? null)
        if (key === no.part) continue
        expect(after.parts[key]?.attempted).toEqual(left.parts[key]?.attempted)
        if (left.parts[key]?.attempted !== undefined)
          expect(after.parts[key]?.dependencies).toEqual(left.parts[key]?.dependencies)
      }
    })
  })

  test("needs before and after it all that stood before and all that it sends", () => {
    always([kind, row, wanted], (of, before, desired) => {
      const whole = tinyRow(TYPES[of], before)
      const { dependencies: needs } = applyTo(TYPES[of], whole, calledEvent("update", { wanted: desired })).row
      expect(Object.keys(needs).sort()).toEqual(
        [...new Set([...Object.keys(whole.dependencies), ...Object.keys(desired.dependencies)])].sort(),
      )
    })
  })
})

describe("a row as wanted", () => {
  test("needs nothing but what is wanted today, has no call, and owes no count", () => {
    always([kind, row, reading, wanted], (of, before, found, desired) => {
      const { row: after } = applyTo(
        TYPES[of],
        before,
        seenEvent({ action: "settle" }, { reading: found, wanted: desired, installed: IDENTITY }),
      )
      expect(after).toMatchObject({ call: null, tries: 0, deletes: 0, repeated: null, state: { status: "settled" } })
      expect(after.dependencies).toEqual(desired.dependencies)
    })
  })
})
