import { hashOf } from "@alienplatform/core"
import type { Code } from "@alienplatform/core/codes"
import { tiny, tinyCall, tinyWanted } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { ObjectRow } from "../record/row.ts"
import {
  AssignedType,
  applyTo,
  calledEvent,
  failedEvent,
  readingWithParts,
  refusedError,
  rowAfter,
  SharedType,
  seenEvent,
  unansweredError,
  wantedWithParts,
} from "./applied.fixture.ts"
import { existingRow, NOW } from "./decided.fixture.ts"

const MINUTE = 60_000
/** An update of `made` that has left. */
const updating = (changes: Partial<ObjectRow> = {}) =>
  rowAfter(AssignedType, { ...existingRow, ...changes }, calledEvent("update"))

describe("a call whose outcome is unknown", () => {
  test("stays open, with all that it sent", () => {
    const before = updating()
    const row = rowAfter(AssignedType, before, failedEvent(unansweredError()))
    expect(row).toMatchObject({
      call: before.call,
      props: before.props,
      state: { status: "changing", why: { code: "unavailable" } },
      tries: 1,
      nextReadAt: NOW + 1_000,
    })
  })
})

describe("a create whose name is taken", () => {
  test("is decided by the next reading", () => {
    const before = rowAfter(AssignedType, {}, calledEvent("create"))
    const row = rowAfter(AssignedType, before, failedEvent(refusedError("already_exists")))
    expect(row).toMatchObject({ call: { open: true, collided: true }, created: before.created, props: before.props })
    expect(row.nextReadAt).toBe(NOW + 1_000)
  })
})

describe("a call that was refused", () => {
  const before: Partial<ObjectRow> = { ...existingRow, props: { size: 0 }, dependencies: { obj_old: "use" } }

  test("leaves what stood before, and the next one has a token of its own", () => {
    const row = rowAfter(AssignedType, updating(before), failedEvent(refusedError()))
    expect(row).toMatchObject({ ...before, call: null, state: { status: "parked" } })
    expect(row.dependencies).toEqual({ obj_old: "use" })
  })

  test("made nothing, if it was the first", () => {
    const row = rowAfter(AssignedType, rowAfter(AssignedType, {}, calledEvent("create")), failedEvent(refusedError()))
    expect(row).toMatchObject({ created: null, props: null, call: null })
  })

  test("after one that was never answered may still have made something", () => {
    const open = tinyCall("create", { open: true, at: NOW - MINUTE, token: "first" })
    const again = rowAfter(AssignedType, { call: open, created: { at: 1, uncertain: true } }, calledEvent("create"))
    const row = rowAfter(AssignedType, again, failedEvent(refusedError()))
    expect(row.call).toMatchObject({ verb: "create", open: true, at: 0, token: "next-token", repeated: true })
    expect(row).toMatchObject({ props: { size: 1 }, created: { uncertain: true } })
  })

  test("is parked for good where only other props help", () => {
    expect(rowAfter(AssignedType, updating(), failedEvent(refusedError("invalid")))).toMatchObject({
      state: { status: "parked", refused: { fingerprint: "print", retryAt: null }, why: { code: "invalid" } },
      nextReadAt: null,
    })
  })

  test("is made again in about ten minutes where time or a person's act may help", () => {
    for (const code of ["denied", "quota", "image_unavailable"] as const)
      expect(rowAfter(AssignedType, updating(), failedEvent(refusedError(code)))).toMatchObject({
        state: {
          status: "parked",
          refused: { fingerprint: "print", retryAt: NOW + 10 * MINUTE },
          why: { on: "person" },
        },
        nextReadAt: NOW + 10 * MINUTE,
      })
  })

  test("to delete has no other props to wait for", () => {
    const deleting = rowAfter(AssignedType, existingRow, calledEvent("delete"))
    expect(
      rowAfter(AssignedType, deleting, {
        kind: "failed",
        error: refusedError("invalid"),
        wanted: undefined,
        token: "t",
      }),
    ).toMatchObject({
      state: { status: "parked", refused: { fingerprint: null, retryAt: NOW + 10 * MINUTE } },
    })
  })

  test("for a moment is made again soon, later each time", () => {
    for (const error of [refusedError("throttled", { retryable: true }), refusedError("not_found")]) {
      expect(rowAfter(AssignedType, updating(), failedEvent(error))).toMatchObject({
        state: { status: "due", why: { code: error.code } },
        tries: 1,
        nextReadAt: NOW + 1_000,
      })
      expect(rowAfter(AssignedType, updating({ tries: 3 }), failedEvent(error)).nextReadAt).toBe(NOW + 8_000)
    }
  })

  test("for what is not ready yet is made again every second or two, for minutes", () => {
    const row = rowAfter(AssignedType, updating({ tries: 100 }), failedEvent(refusedError("not_ready")))
    expect(row).toMatchObject({ state: { status: "due" }, nextReadAt: NOW + 1_200 })
  })

  test("is told, and where the row stands now", () => {
    const { events } = applyTo(AssignedType, updating(), failedEvent(refusedError("denied")))
    expect(events).toMatchObject([
      { event: "refused", code: "denied", message: "it says denied" },
      { event: "parked", code: "denied" },
    ])
  })
})

describe("a refused call that carried parts", () => {
  const sent = { a: { props: "0", dependencies: { obj_0: "use" } } } as const
  const wanted = wantedWithParts({ a: "1", b: "2" })
  const update = calledEvent("update", { wanted, reading: readingWithParts({ a: "0" }) })
  const refused = (error = refusedError(), row: Partial<ObjectRow> = {}) =>
    rowAfter(
      SharedType,
      rowAfter(SharedType, { ...existingRow, parts: sent, ...row }, update),
      failedEvent(error, wanted),
    ).parts

  test("may have put some of them there: each is remembered, with what it would need", () => {
    expect(refused()).toEqual({
      a: { props: "0", attempted: "1", dependencies: { obj_0: "use", obj_1: "use" } },
      b: { props: null, attempted: "2", dependencies: { obj_2: "use" } },
    })
  })

  test("has put there what a later reading shows", () => {
    const parts = refused()
    const leave = { action: "wait", state: { status: "due", why: null }, next: "never" } as const
    expect(
      rowAfter(
        SharedType,
        { ...existingRow, parts },
        seenEvent(leave, { reading: readingWithParts({ a: "0", b: "2" }) }),
      ).parts,
    ).toEqual({
      a: { props: "0", dependencies: { obj_0: "use", obj_1: "use" } },
      b: { props: "2", dependencies: { obj_2: "use" } },
    })
  })

  test("for one of them parks that one, as it was before, and leaves the others to the next call", () => {
    const error = refusedError("already_exists", { part: "b" })
    const row = rowAfter(
      SharedType,
      rowAfter(SharedType, { ...existingRow, parts: sent }, update),
      failedEvent(error, wanted),
    )
    expect(row.parts).toEqual({
      a: { props: "0", attempted: "1", dependencies: { obj_0: "use", obj_1: "use" } },
      b: {
        props: null,
        dependencies: {},
        parked: hashOf("2"),
        why: { code: "already_exists", message: expect.any(String) },
      },
    })
    expect(row).toMatchObject({ state: { status: "due", why: { code: "already_exists" } }, nextReadAt: NOW })
  })

  test("for one that was accepted before keeps what was accepted of it", () => {
    expect(refused(refusedError("invalid", { part: "a" })).a).toEqual({
      props: "0",
      dependencies: { obj_0: "use" },
      parked: hashOf("1"),
      why: { code: "invalid", message: "it says invalid" },
    })
  })

  test("for one that was refused like that before is the whole call's refusal", () => {
    const parked = { b: { props: null, dependencies: {}, parked: hashOf("2") } }
    const before = rowAfter(SharedType, { ...existingRow, parts: parked }, update)
    expect(
      rowAfter(SharedType, before, failedEvent(refusedError("invalid", { part: "b" }), wanted)).state,
    ).toMatchObject({
      status: "parked",
      refused: { fingerprint: "print" },
    })
  })

  test("for one that an unanswered call may have put there remembers that it was tried", () => {
    const open = { call: tinyCall("update", { open: true, at: NOW - 61_000 }) }
    const before = rowAfter(
      SharedType,
      { ...existingRow, ...open, parts: { b: { props: "2", attempted: "2", dependencies: {} } } },
      update,
    )
    expect(
      rowAfter(SharedType, before, failedEvent(refusedError("already_exists", { part: "b" }), wanted)).parts.b,
    ).toMatchObject({
      attempted: "2",
      parked: hashOf("2"),
    })
  })
})

describe("a read that fails", () => {
  test("closes nothing and proves nothing", () => {
    const before = updating()
    const row = rowAfter(AssignedType, before, { kind: "unread", error: unansweredError() })
    expect(row).toMatchObject({ call: before.call, created: before.created, props: before.props, tries: 1 })
    expect(row).toMatchObject({
      state: { status: "changing", why: { code: "unavailable" } },
      nextReadAt: NOW + 1_000,
    })
  })

  test("leaves what was settled so for a few times", () => {
    const stateAfter = (tries: number) =>
      rowAfter(AssignedType, { ...existingRow, tries }, { kind: "unread", error: unansweredError() }).state
    expect(stateAfter(0)).toEqual({ status: "settled", why: null })
    expect(stateAfter(3)).toEqual({ status: "settled", why: null })
    expect(stateAfter(4)).toMatchObject({ status: "waiting", why: { code: "unavailable" } })
  })

  test("for good waits for a person, or for time", () => {
    const rowAfterCode = (code: Code) =>
      rowAfter(AssignedType, existingRow, { kind: "unread", error: unansweredError(code, { retryable: false }) })
    expect(rowAfterCode("invalid")).toMatchObject({
      state: { status: "waiting", why: { code: "invalid" } },
      nextReadAt: NOW + 3 * MINUTE,
    })
    expect(rowAfterCode("denied")).toMatchObject({ state: { status: "waiting" }, nextReadAt: NOW + 10 * MINUTE })
  })
})

describe("an operation", () => {
  const since = NOW - 1_000
  const running: Partial<ObjectRow> = {
    ...existingRow,
    props: { size: 1 },
    state: { status: "changing", why: null },
    operation: { value: "op-1", since },
    call: tinyCall("update", {
      previous: { props: { size: 0 }, parts: {}, dependencies: {}, created: existingRow.created ?? null },
    }),
  }
  const polled = (polled: "running" | "done" | { failed: unknown; outcome: "refused" | "unknown" }) =>
    ({ kind: "polled", polled, wanted: tinyWanted(), token: "next" }) as const

  test("that runs is asked for again, less and less often", () => {
    const row = rowAfter(AssignedType, running, polled("running"))
    expect(row).toMatchObject({ operation: { value: "op-1", since }, state: { status: "changing" }, tries: 1 })
    expect(row.nextReadAt).toBe(NOW + 1_500)
  })

  test("that is done leaves what it made to a reading", () => {
    expect(rowAfter(AssignedType, running, polled("done"))).toMatchObject({ ...running, operation: null })
  })

  test("that was refused is a refused call", () => {
    const row = rowAfter(AssignedType, running, polled({ failed: refusedError("quota"), outcome: "refused" }))
    expect(row).toMatchObject({
      operation: null,
      call: null,
      props: { size: 0 },
      state: { status: "parked", why: { code: "quota" } },
    })
  })

  test("that failed may have changed something: a reading decides", () => {
    const { row, events } = applyTo(
      AssignedType,
      running,
      polled({ failed: new Error("half done"), outcome: "unknown" }),
    )
    expect(row).toMatchObject({
      operation: null,
      call: { open: true, at: 0 },
      props: { size: 1 },
      state: { status: "changing", why: { message: "half done" } },
      tries: 1,
    })
    expect(events[0]).toMatchObject({ event: "unknown", message: "half done" })
  })

  test("that never ends becomes a condition, and is looked at in minutes", () => {
    const row = rowAfter(AssignedType, running, polled("running"), since + 30 * MINUTE)
    expect(row).toMatchObject({
      operation: { value: "op-1" },
      state: { status: "waiting", why: { code: "operation_stuck" } },
    })
    expect(row.state.why?.message).toContain("30 minutes")
    expect(row.nextReadAt).toBe(since + 33 * MINUTE)
  })

  test("that never ends holds no deletion up", () => {
    const row = rowAfter(AssignedType, { ...running, doomed: true }, polled("running"), since + 30 * MINUTE)
    expect(row).toMatchObject({ operation: null, state: { status: "changing", why: { code: "operation_stuck" } } })
    expect(row.nextReadAt).toBe(since + 30 * MINUTE)
  })

  test("may take as long as its type says", () => {
    const patient = tiny("patient", { operationLimitMs: 60 * MINUTE })
    expect(rowAfter(patient, running, polled("running"), since + 59 * MINUTE).state.status).toBe("changing")
  })
})

describe("a call that has to wait for its turn", () => {
  const why = { code: "throttled", message: "later" }
  const RESERVED = { at: NOW + 5, since: NOW }

  test("keeps the place that it was given, and until when it gathers", () => {
    const row = rowAfter(AssignedType, existingRow, { kind: "postponed", why, until: NOW + 5, reserved: RESERVED })
    expect(row).toMatchObject({ state: { status: "due", why }, nextReadAt: NOW + 5, reserved: RESERVED })
    const still = rowAfter(AssignedType, row, {
      kind: "postponed",
      why,
      until: null,
      gatherUntil: NOW + 9,
      yieldsUntil: NOW + 7,
    })
    expect(still).toMatchObject({ nextReadAt: null, reserved: RESERVED, gatherUntil: NOW + 9, yieldsUntil: NOW + 7 })
    expect(rowAfter(AssignedType, still, { kind: "postponed", why, until: null, reserved: null })).toMatchObject({
      reserved: null,
      gatherUntil: NOW + 9,
      yieldsUntil: NOW + 7,
    })
    expect(rowAfter(AssignedType, still, calledEvent("delete"))).toMatchObject({
      reserved: null,
      gatherUntil: null,
      yieldsUntil: null,
    })
  })
})

describe("what nothing wants any more", () => {
  test("is doomed, now or at its time", () => {
    const { row, events } = applyTo(AssignedType, { ...existingRow, tries: 5 }, { kind: "doomed", retireAt: null })
    expect(row).toMatchObject({ doomed: true, retireAt: null, nextReadAt: NOW, tries: 0 })
    expect(events).toMatchObject([{ event: "doomed" }])
    expect(rowAfter(AssignedType, existingRow, { kind: "doomed", retireAt: NOW + 9 })).toMatchObject({
      retireAt: NOW + 9,
      nextReadAt: NOW + 9,
    })
  })
})

test("an address that another node has is not ours, and nobody calls it", () => {
  const row = rowAfter(AssignedType, updating(), { kind: "address_taken", id: "there", holder: "web/other" })
  expect(row).toMatchObject({
    id: null,
    call: null,
    operation: null,
    state: { status: "parked", refused: null, why: { code: "name_taken", on: "person" } },
    nextReadAt: NOW + 3 * MINUTE,
  })
  expect(row.state.why?.message).toContain("there")
  expect(row.state.why?.message).toContain("web/other")
})

describe("a retry", () => {
  const why = { code: "denied", message: "no" }

  test("gives another chance to what was refused, or came back unchanged too often", () => {
    const row = rowAfter(
      SharedType,
      {
        ...existingRow,
        state: { status: "parked", why, refused: { fingerprint: "print", retryAt: null } },
        parts: {
          a: { props: "0", dependencies: {}, parked: "hash", why },
          b: { props: null, attempted: "1", dependencies: {} },
        },
        repeated: { difference: "d", updates: 3 },
        deletes: 4,
        tries: 5,
      },
      { kind: "retried" },
    )
    expect(row).toMatchObject({ state: { status: "due", why }, repeated: null, deletes: 0, tries: 0 })
    expect(row.parts).toEqual({
      a: { props: "0", dependencies: {} },
      b: { props: null, attempted: "1", dependencies: {} },
    })
  })

  test("changes nothing else", () => {
    expect(rowAfter(AssignedType, existingRow, { kind: "retried" })).toMatchObject(existingRow)
    const waits = { status: "waiting", why } as const
    expect(rowAfter(AssignedType, { ...existingRow, state: waits }, { kind: "retried" }).state).toEqual(waits)
  })
})
