import { tiny, tinyCall, tinyReading, tinyWanted } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import {
  AssignedType,
  answeredEvent,
  applyTo,
  calledEvent,
  readingWithParts,
  rowAfter,
  SharedType,
  wantedWithParts,
} from "./applied.fixture.ts"
import { existingRow, NOW, OBJECT_NAME } from "./decided.fixture.ts"

describe("a call that leaves", () => {
  test("is open on record, with what it sends and what stood before", () => {
    const before = {
      ...existingRow,
      props: { size: 0 },
      dependencies: { obj_old: "use" },
      gatherUntil: 5,
      reserved: { at: 6, since: 5 },
    } as const
    const wanted = { ...tinyWanted(), dependencies: { obj_new: "use" } as const }
    expect(rowAfter(AssignedType, before, calledEvent("update", { wanted }))).toMatchObject({
      call: {
        verb: "update",
        token: "new-token",
        at: NOW,
        open: true,
        repeated: false,
        previous: { props: { size: 0 }, parts: {}, dependencies: { obj_old: "use" }, created: existingRow.created },
      },
      state: { status: "changing", why: null },
      props: { size: 1 },
      dependencies: { obj_old: "use", obj_new: "use" },
      created: existingRow.created,
      gatherUntil: null,
      reserved: null,
      nextReadAt: NOW,
    })
  })

  test("stores secrets sealed", () => {
    const wanted = { ...tinyWanted({ secret: "hunter2" }), sealed: { secret: { $sealed: "hash" } } }
    const row = rowAfter(AssignedType, {}, calledEvent("create", { wanted }))
    expect(row.props).toEqual({ secret: { $sealed: "hash" } })
    expect(JSON.stringify(row)).not.toContain("hunter2")
  })

  test("and makes something may have made it from now on", () => {
    expect(rowAfter(AssignedType, {}, calledEvent("create"))).toMatchObject({
      id: null,
      created: { at: NOW, uncertain: true },
    })
  })

  test("to what a reading found goes there", () => {
    expect(rowAfter(tiny("named"), {}, calledEvent("update")).id).toBe(OBJECT_NAME)
    expect(rowAfter(tiny("named"), { id: "ours" }, calledEvent("update")).id).toBe("ours")
  })

  test("once more has the same token, and remembers what stood before the first", () => {
    const open = tinyCall("create", { open: true, at: NOW - 60_000, token: "first" })
    const again = rowAfter(
      tiny("named"),
      { call: open, props: { size: 1 }, created: { at: 1, uncertain: true } },
      calledEvent("create"),
    )
    expect(again.call).toEqual({ ...open, at: NOW, repeated: true })
  })

  test("after an answered one has a token of its own", () => {
    const row = rowAfter(
      tiny("named"),
      { ...existingRow, call: tinyCall("update", { token: "first" }) },
      calledEvent("update"),
    )
    expect(row.call).toMatchObject({ token: "new-token", repeated: false })
  })

  test("of another verb than the open one has a token of its own", () => {
    const open = tinyCall("create", { open: true, token: "first" })
    const row = rowAfter(tiny("named"), { ...existingRow, call: open }, calledEvent("delete"))
    expect(row.call).toMatchObject({ verb: "delete", token: "new-token", repeated: false })
  })

  test("and deletes keeps what was last sent and what it needs", () => {
    const row = { ...existingRow, dependencies: { obj_old: "use" } } as const
    expect(rowAfter(AssignedType, row, calledEvent("delete"))).toMatchObject({
      props: { size: 1 },
      dependencies: { obj_old: "use" },
    })
  })

  test("is told with its reasons", () => {
    const { events } = applyTo(AssignedType, existingRow, calledEvent("update"))
    expect(events).toMatchObject([{ event: "update", message: "size differs" }, { event: "changing" }])
  })
})

describe("what somebody else changed", () => {
  test("is remembered as it was found, without secrets", () => {
    const fields = [
      { field: "size", wanted: 1, found: 2 },
      { field: "secret", wanted: { $sealed: "hash" }, found: undefined },
      { field: "color", wanted: undefined, found: "red" },
    ]
    const row = rowAfter(
      AssignedType,
      existingRow,
      calledEvent("update", { decision: { action: "update", reasons: [], fields, lazy: [], drift: true } }),
    )
    expect(row.drift).toEqual({
      at: NOW,
      fields: [
        { field: "size", expected: "1", observed: "2" },
        { field: "secret", expected: '"(secret)"' },
        { field: "color", observed: '"red"' },
      ],
    })
  })

  test("stays remembered when we want something else", () => {
    const drift = { at: 1, fields: [] }
    expect(rowAfter(AssignedType, { ...existingRow, drift }, calledEvent("update")).drift).toBe(drift)
    expect(rowAfter(AssignedType, { ...existingRow, drift }, calledEvent("delete")).drift).toBe(drift)
  })
})

describe("the parts that a call carries", () => {
  const sent = { a: { props: "0", dependencies: { obj_0: "use" } } } as const
  const carry = (parts: object, wanted = wantedWithParts({ a: "1", b: "2" })) =>
    rowAfter(
      SharedType,
      { ...existingRow, parts: { ...parts } },
      calledEvent("update", { wanted, reading: readingWithParts({ a: "0" }) }),
    ).parts

  test("are attempted, and need what they needed and what they need", () => {
    expect(carry(sent)).toEqual({
      a: { props: "1", attempted: "1", dependencies: { obj_0: "use", obj_1: "use" } },
      b: { props: "2", attempted: "2", dependencies: { obj_2: "use" } },
    })
  })

  test("as they were sent before are not attempted anew", () => {
    expect(carry({ a: { props: "1", dependencies: {} } }).a).toEqual({ props: "1", dependencies: { obj_1: "use" } })
  })

  test("without one that is left out keep what it needed", () => {
    expect(carry(sent, wantedWithParts({})).a).toEqual({ ...sent.a, leaving: true })
  })
})

describe("an answer", () => {
  const open = (verb: "create" | "update" | "delete", changes: object = {}) => ({
    ...existingRow,
    call: tinyCall(verb, { open: true, at: NOW - 500, ...changes }),
    tries: 3,
  })

  test("closes its call and has the row read at once", () => {
    for (const verb of ["create", "update", "delete"] as const)
      expect(rowAfter(AssignedType, open(verb), answeredEvent())).toMatchObject({
        call: { verb, open: false },
        tries: 0,
        nextReadAt: NOW,
      })
  })

  test("tells the address, which nothing overwrites", () => {
    expect(rowAfter(AssignedType, { ...open("create"), id: null }, answeredEvent({ id: "told" })).id).toBe("told")
    expect(rowAfter(AssignedType, open("update"), answeredEvent({ id: "told" })).id).toBe(OBJECT_NAME)
    expect(rowAfter(AssignedType, open("update"), answeredEvent()).id).toBe(OBJECT_NAME)
  })

  test("may name the operation that goes on", () => {
    expect(rowAfter(AssignedType, open("update"), answeredEvent({ operation: { name: "op-1" } })).operation).toEqual({
      value: { name: "op-1" },
      since: NOW,
    })
    expect(
      rowAfter(AssignedType, { ...open("update"), operation: { value: "old", since: 1 } }, answeredEvent()).operation,
    ).toBeNull()
  })

  test("to a create says that there is one, unless an earlier one was never answered", () => {
    const created = { at: NOW - 500, uncertain: true }
    const of = (call: object) => rowAfter(AssignedType, { ...open("create", call), created }, answeredEvent()).created
    expect(of({})).toEqual({ at: NOW - 500, uncertain: false })
    expect(of({ repeated: true })).toEqual({ at: NOW - 500, uncertain: true })
    const previous = { props: null, parts: {}, dependencies: {}, created: { at: 1, uncertain: true } }
    expect(of({ previous })).toEqual({ at: NOW - 500, uncertain: true })
  })

  test("to updates counts how often the same was wanted", () => {
    const once = rowAfter(AssignedType, open("update"), answeredEvent())
    expect(once.repeated?.updates).toBe(1)
    const twice = rowAfter(AssignedType, { ...once, ...open("update") }, answeredEvent())
    expect(twice.repeated).toEqual({ difference: once.repeated?.difference, updates: 2 })
    const fields = [{ field: "size", wanted: 7, found: 2 }]
    const other = rowAfter(AssignedType, { ...twice, ...open("update") }, { kind: "answered", fields, answer: {} })
    expect(other.repeated?.updates).toBe(1)
    const created = rowAfter(AssignedType, { ...twice, ...open("create") }, answeredEvent())
    expect(created.repeated).toEqual(twice.repeated)
  })

  test("to deletes counts them", () => {
    expect(rowAfter(AssignedType, { ...open("delete"), deletes: 1 }, answeredEvent()).deletes).toBe(2)
    expect(rowAfter(AssignedType, { ...open("update"), deletes: 1 }, answeredEvent()).deletes).toBe(1)
  })

  test("to nothing that was called changes nothing", () => {
    const before = applyTo(AssignedType, existingRow, answeredEvent({ id: "told" }))
    expect(before.row).toMatchObject(existingRow)
    expect(before.events).toEqual([])
  })
})

test("a read tells nothing of a call: what it found is only where it goes", () => {
  const reading = tinyReading({ id: "found", attributes: { address: "x" } })
  expect(rowAfter(AssignedType, {}, calledEvent("update", { reading }))).toMatchObject({
    id: "found",
    attributes: { address: "x" },
  })
})
