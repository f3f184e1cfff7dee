import { hashOf } from "@alienplatform/core"
import { FOREIGN_OWNER, tiny, tinyCall, tinyReading, tinyWanted } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { defineLookup } from "../declare/define-node.ts"
import type { SentPart } from "../record/row.ts"
import {
  AssignedType,
  applyTo,
  readingWithParts,
  rowAfter,
  SharedType,
  seenEvent,
  wantedWithParts,
} from "./applied.fixture.ts"
import { existingRow, NOW, OBJECT_NAME } from "./decided.fixture.ts"
import { park, wait, waitForAction } from "./situation.ts"

const settle = { action: "settle" } as const
const leave = wait("changing", null, "poll")

describe("a reading of our object", () => {
  test("tells its address once, and its attributes each time", () => {
    const reading = tinyReading({ id: "other", attributes: { address: "new" } })
    expect(rowAfter(AssignedType, {}, seenEvent(leave, { reading }))).toMatchObject({
      id: "other",
      attributes: { address: "new" },
    })
    expect(rowAfter(AssignedType, { id: OBJECT_NAME }, seenEvent(leave, { reading })).id).toBe(OBJECT_NAME)
  })

  test("that changed nothing keeps the same attributes", () => {
    const attributes = { b: 1, a: { x: 1 } }
    const row = rowAfter(
      AssignedType,
      { attributes },
      seenEvent(leave, { reading: tinyReading({ attributes: { a: { x: 1 }, b: 1 } }) }),
    )
    expect(row.attributes).toBe(attributes)
  })

  test("says which entries are not ours", () => {
    const parts = { ours: { props: "1", dependencies: {} } }
    const reading = readingWithParts({ theirs: "9", ours: "1", again: "9" })
    expect(rowAfter(SharedType, { parts }, seenEvent(leave, { reading })).unmanaged).toEqual(["again", "theirs"])
  })

  test("of somebody else's object teaches nothing", () => {
    const row = { attributes: { address: "ours" }, call: tinyCall("create", { open: true, at: NOW }) }
    const reading = tinyReading({ owner: FOREIGN_OWNER, attributes: { address: "theirs" } })
    const park = { action: "wait", state: { status: "due", why: null }, next: "never" } as const
    expect(rowAfter(AssignedType, row, seenEvent(park, { reading, ownership: "foreign" }))).toMatchObject({
      id: null,
      ...row,
    })
  })

  test("follows a lookup to another object", () => {
    const Found = defineLookup<object, object, object>({
      type: "tiny.found",
      permissions: { read: [] },
      read: async () => undefined,
    })
    expect(rowAfter(Found, { id: "old" }, seenEvent(settle, { reading: tinyReading({ id: "new" }) })).id).toBe("new")
  })
})

describe("a reading while a create is open", () => {
  const open = { call: tinyCall("create", { open: true, at: NOW }), created: { at: NOW, uncertain: true } }
  const closed = { call: { open: false }, created: { uncertain: false } }

  test("closes it where it shows our mark", () => {
    expect(rowAfter(AssignedType, open, seenEvent(leave))).toMatchObject(closed)
  })

  test("closes it where names are unique, with or without a mark", () => {
    const unmarked = tinyReading({ owner: undefined })
    expect(rowAfter(tiny("named"), open, seenEvent(leave, { reading: unmarked }))).toMatchObject(closed)
    expect(rowAfter(AssignedType, open, seenEvent(leave, { reading: unmarked }))).toMatchObject(open)
  })

  test("still looks for a second object where an earlier one was never answered", () => {
    const repeated = { ...open, call: { ...open.call, repeated: true } }
    expect(rowAfter(AssignedType, repeated, seenEvent(leave))).toMatchObject({
      call: { open: false },
      created: { uncertain: true },
    })
  })

  test("closes no update", () => {
    const update = { ...existingRow, call: tinyCall("update", { open: true, at: NOW }) }
    expect(rowAfter(AssignedType, update, seenEvent(leave)).call?.open).toBe(true)
  })
})

describe("what a call tried to put into a shared object", () => {
  const part = (changes: Partial<SentPart>): SentPart => ({ props: null, dependencies: {}, ...changes })
  const parts = (sent: Record<string, SentPart>, found: Record<string, string>, row: object = {}) =>
    rowAfter(SharedType, { parts: sent, ...row }, seenEvent(leave, { reading: readingWithParts(found) })).parts

  test("is ours where a reading shows it", () => {
    expect(parts({ a: part({ attempted: "1" }) }, { a: "1" })).toEqual({ a: part({ props: "1" }) })
    expect(parts({ a: part({ props: "0", attempted: "1" }) }, { a: "1" })).toEqual({ a: part({ props: "1" }) })
  })

  test("is as before where the reading shows that", () => {
    expect(parts({ a: part({ props: "0", attempted: "1" }) }, { a: "0" })).toEqual({ a: part({ props: "0" }) })
  })

  test("is forgotten where the reading does not show it, unless it was there before or refused", () => {
    expect(parts({ a: part({ attempted: "1" }) }, {})).toEqual({})
    expect(parts({ a: part({ props: "0", attempted: "1" }) }, {})).toEqual({ a: part({ props: "0" }) })
    expect(parts({ a: part({ attempted: "1", parked: "hash" }) }, {})).toEqual({ a: part({ parked: "hash" }) })
  })

  test("is undecided while the call is open", () => {
    const sent = { a: part({ attempted: "1" }) }
    expect(parts(sent, {}, { call: tinyCall("update", { open: true, at: NOW }) })).toEqual(sent)
  })
})

describe("what is as wanted", () => {
  const row = {
    ...existingRow,
    state: { status: "changing", why: null },
    call: tinyCall("update"),
    dependencies: { obj_old: "use", obj_new: "use" },
    tries: 7,
    deletes: 1,
    repeated: { difference: "d", updates: 2 },
    gatherUntil: NOW,
  } as const

  test("is settled, serves, and owes nothing to what was before", () => {
    const wanted = { ...tinyWanted(), dependencies: { obj_new: "use" } as const }
    expect(rowAfter(AssignedType, row, seenEvent(settle, { wanted }))).toMatchObject({
      state: { status: "settled", why: null },
      served: true,
      props: { size: 1 },
      dependencies: { obj_new: "use" },
      call: null,
      tries: 0,
      deletes: 0,
      repeated: null,
      gatherUntil: null,
      nextReadAt: null,
    })
    expect(rowAfter(AssignedType, row, seenEvent(settle, { wanted })).dependencies).toEqual({ obj_new: "use" })
  })

  test("does not take a lazy prop for sent that no call has carried yet", () => {
    const Lazy = tiny("thing", { lazy: ["color"] })
    const wanted = tinyWanted({ size: 1, color: "new" })
    const row = rowAfter(Lazy, { ...existingRow, props: { size: 1 } }, seenEvent(settle, { wanted }))
    expect(row.props).toEqual({ size: 1 })
  })

  test("keeps lazy and initial props as they were last sent", () => {
    const wanted = tinyWanted({ size: 1, color: "new", to: "new" })
    const sent = { size: 0, color: "old", to: "old" }
    expect(rowAfter(SharedType, { ...row, props: sent }, seenEvent(settle, { wanted })).props).toEqual({
      size: 1,
      color: "old",
      to: "old",
    })
  })

  test("needs for its parts what they need today, and only that", () => {
    const parts = { a: { props: "1", dependencies: { obj_0: "use", obj_1: "use" } } } as const
    const wanted = wantedWithParts({ a: "1" })
    expect(
      rowAfter(SharedType, { ...row, parts }, seenEvent(settle, { wanted, reading: readingWithParts({ a: "1" }) }))
        .parts,
    ).toEqual({
      a: { props: "1", dependencies: { obj_1: "use" } },
    })
  })

  test("keeps what a part needs that stayed as it was last sent", () => {
    const parts = { a: { props: "0", dependencies: { obj_0: "use" } } } as const
    const notReady = { ...wantedWithParts({}), desiredParts: ["a"] }
    const reading = readingWithParts({ a: "0" })
    expect(rowAfter(SharedType, { ...row, parts }, seenEvent(settle, { wanted: notReady, reading })).parts).toEqual(
      parts,
    )
    const leaving = { ...wantedWithParts({}), leavingParts: ["a"] }
    expect(rowAfter(SharedType, { ...row, parts }, seenEvent(settle, { wanted: leaving, reading })).parts).toEqual(
      parts,
    )
  })

  test("drops parts that are no longer wanted once they are seen gone", () => {
    const parts = { a: { props: "0", dependencies: { obj_0: "use" } } } as const
    const gone = seenEvent(settle, { wanted: wantedWithParts({}), reading: readingWithParts({}) })
    expect(rowAfter(SharedType, { ...row, parts }, gone).parts).toEqual({})
    const there = seenEvent(settle, { wanted: wantedWithParts({}), reading: readingWithParts({ a: "0" }) })
    expect(rowAfter(SharedType, { ...row, parts }, there).parts).toEqual(parts)
  })

  test("is looked at once more when an unanswered create might have landed late", () => {
    const created = { at: NOW - 1_000, uncertain: true }
    const soon = rowAfter(AssignedType, { ...row, created }, seenEvent(settle))
    expect(soon).toMatchObject({ created, nextReadAt: NOW - 1_000 + 2 * 60_000 + 5_000 })
    const later = rowAfter(AssignedType, { ...row, created }, seenEvent(settle), NOW + 200_000)
    expect(later).toMatchObject({ created: { uncertain: false }, nextReadAt: null })
  })
})

describe("what has to wait", () => {
  const why = { code: "c", message: "m" }

  test("is looked at sooner or later, by what it waits for", () => {
    const at = (next: "poll" | "person" | "never" | number) =>
      rowAfter(AssignedType, existingRow, seenEvent({ action: "wait", state: { status: "changing", why }, next }))
        .nextReadAt
    expect(at("poll")).toBe(NOW + 1_000)
    expect(at("person")).toBe(NOW + 180_000)
    expect(at("never")).toBeNull()
    expect(at(NOW + 7)).toBe(NOW + 7)
  })

  test("is looked at less and less often while nothing changes", () => {
    const changing = { ...existingRow, state: { status: "changing", why: null }, tries: 4 } as const
    expect(rowAfter(AssignedType, changing, seenEvent(leave))).toMatchObject({
      tries: 5,
      nextReadAt: NOW + 1_000 * 1.5 ** 5,
    })
    expect(rowAfter(AssignedType, changing, seenEvent(wait("changing", why, "poll")))).toMatchObject({ tries: 0 })
    expect(rowAfter(AssignedType, changing, seenEvent(waitForAction(why, "poll")))).toMatchObject({ tries: 0 })
  })

  test("behind an open call is looked at when that can be decided at the latest", () => {
    const call = tinyCall("update", { open: true, at: NOW - 59_500 })
    const row = { ...existingRow, call, state: { status: "changing", why: null }, tries: 9 } as const
    expect(rowAfter(AssignedType, row, seenEvent(leave)).nextReadAt).toBe(NOW + 500)
  })

  test("for its time to go keeps that time", () => {
    const row = { ...existingRow, doomed: true, retireAt: NOW + 9 }
    expect(rowAfter(AssignedType, row, seenEvent(wait("due", null, "never"))).nextReadAt).toBe(NOW + 9)
  })

  test("for other props is parked, with what was refused", () => {
    const refused = { fingerprint: "print", retryAt: null }
    expect(rowAfter(AssignedType, existingRow, seenEvent(park(why, "never", refused)))).toMatchObject({
      state: { status: "parked", why, refused },
      nextReadAt: null,
    })
  })
})

describe("a part that somebody else holds", () => {
  const why = { code: "name_taken", message: "taken" }

  test("is parked alone, until other props are wanted of it", () => {
    const event = seenEvent(
      { action: "park-part", part: "a", why },
      { wanted: wantedWithParts({ a: "1", b: "2" }), reading: readingWithParts({ a: "9" }) },
    )
    const { row, events } = applyTo(SharedType, { parts: { b: { props: "2", dependencies: {} } } }, event)
    expect(row.parts).toEqual({
      a: { props: null, dependencies: {}, parked: hashOf("1"), why },
      b: { props: "2", dependencies: {} },
    })
    expect(row.nextReadAt).toBe(NOW)
    expect(events).toMatchObject([{ event: "part_parked", code: "name_taken" }])
  })
})

test("a broken object leaves its place to another", () => {
  const row = rowAfter(
    AssignedType,
    existingRow,
    seenEvent({ action: "recreate", why: { code: "broken", message: "m" } }),
  )
  expect(row).toMatchObject({ of: `broken:${row.object}`, state: { status: "due", why: { code: "broken" } } })
})

test("an object that is not at its address any more has none", () => {
  const row = { ...existingRow, attributes: { address: "old" } }
  expect(rowAfter(AssignedType, row, seenEvent({ action: "search" }, { reading: undefined }))).toMatchObject({
    id: null,
    attributes: {},
    state: { status: "due", why: { code: "missing" } },
    nextReadAt: NOW,
  })
})

describe("what is told", () => {
  test("is where a row stands now, when that or its reason changed", () => {
    const { events } = applyTo(
      AssignedType,
      { ...existingRow, node: "api/thing" },
      seenEvent(waitForAction({ code: "c", message: "m" }, "person")),
    )
    expect(events).toEqual([
      { at: NOW, node: "api/thing", object: "obj_api/thing#1", event: "waiting", code: "c", message: "m" },
    ])
  })

  test("is nothing when it did not", () => {
    expect(applyTo(AssignedType, existingRow, seenEvent(settle)).events).toEqual([])
  })
})
