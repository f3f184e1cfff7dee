import { tiny, tinyCall, tinyReading, tinyWanted } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { Assigned, after, answered, applyTo, called, readingParts, Shared, wantingParts } from "./applied.fixture.ts"
import { made, NAME, NOW } from "./decided.fixture.ts"

describe("a call that leaves", () => {
  test("is open on record, with what it sends and what stood before", () => {
    const before = {
      ...made,
      props: { size: 0 },
      dependencies: { obj_old: "use" },
      gatherUntil: 5,
      reserved: { at: 6, since: 5 },
    } as const
    const wanted = { ...tinyWanted(), dependencies: { obj_new: "use" } as const }
    expect(after(Assigned, before, called("update", { wanted }))).toMatchObject({
      call: {
        verb: "update",
        token: "new-token",
        at: NOW,
        open: true,
        repeated: false,
        previous: { props: { size: 0 }, parts: {}, dependencies: { obj_old: "use" }, created: made.created },
      },
      state: { status: "changing", why: null },
      props: { size: 1 },
      dependencies: { obj_old: "use", obj_new: "use" },
      created: made.created,
      gatherUntil: null,
      reserved: null,
      nextReadAt: NOW,
    })
  })

  test("stores secrets sealed", () => {
    const wanted = { ...tinyWanted({ secret: "hunter2" }), sealed: { secret: { $sealed: "hash" } } }
    const row = after(Assigned, {}, called("create", { wanted }))
    expect(row.props).toEqual({ secret: { $sealed: "hash" } })
    expect(JSON.stringify(row)).not.toContain("hunter2")
  })

  test("and makes something may have made it from now on", () => {
    expect(after(Assigned, {}, called("create"))).toMatchObject({ id: null, created: { at: NOW, uncertain: true } })
  })

  test("to what a reading found goes there", () => {
    expect(after(tiny("named"), {}, called("update")).id).toBe(NAME)
    expect(after(tiny("named"), { id: "ours" }, called("update")).id).toBe("ours")
  })

  test("once more has the same token, and remembers what stood before the first", () => {
    const open = tinyCall("create", { open: true, at: NOW - 60_000, token: "first" })
    const again = after(
      tiny("named"),
      { call: open, props: { size: 1 }, created: { at: 1, uncertain: true } },
      called("create"),
    )
    expect(again.call).toEqual({ ...open, at: NOW, repeated: true })
  })

  test("after an answered one has a token of its own", () => {
    const row = after(tiny("named"), { ...made, call: tinyCall("update", { token: "first" }) }, called("update"))
    expect(row.call).toMatchObject({ token: "new-token", repeated: false })
  })

  test("of another verb than the open one has a token of its own", () => {
    const open = tinyCall("create", { open: true, token: "first" })
    const row = after(tiny("named"), { ...made, call: open }, called("delete"))
    expect(row.call).toMatchObject({ verb: "delete", token: "new-token", repeated: false })
  })

  test("and deletes keeps what was last sent and what it needs", () => {
    const row = { ...made, dependencies: { obj_old: "use" } } as const
    expect(after(Assigned, row, called("delete"))).toMatchObject({
      props: { size: 1 },
      dependencies: { obj_old: "use" },
    })
  })

  test("is told with its reasons", () => {
    const { events } = applyTo(Assigned, made, called("update"))
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
    const row = after(
      Assigned,
      made,
      called("update", { decision: { action: "update", reasons: [], fields, lazy: [], drift: true } }),
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
    expect(after(Assigned, { ...made, drift }, called("update")).drift).toBe(drift)
    expect(after(Assigned, { ...made, drift }, called("delete")).drift).toBe(drift)
  })
})

describe("the parts that a call carries", () => {
  const sent = { a: { props: "0", dependencies: { obj_0: "use" } } } as const
  const carry = (parts: object, wanted = wantingParts({ a: "1", b: "2" })) =>
    after(Shared, { ...made, parts: { ...parts } }, called("update", { wanted, reading: readingParts({ a: "0" }) }))
      .parts

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
    expect(carry(sent, wantingParts({})).a).toEqual({ ...sent.a, leaving: true })
  })
})

describe("an answer", () => {
  const open = (verb: "create" | "update" | "delete", changes: object = {}) => ({
    ...made,
    call: tinyCall(verb, { open: true, at: NOW - 500, ...changes }),
    tries: 3,
  })

  test("closes its call and has the row read at once", () => {
    for (const verb of ["create", "update", "delete"] as const)
      expect(after(Assigned, open(verb), answered())).toMatchObject({
        call: { verb, open: false },
        tries: 0,
        nextReadAt: NOW,
      })
  })

  test("tells the address, which nothing overwrites", () => {
    expect(after(Assigned, { ...open("create"), id: null }, answered({ id: "told" })).id).toBe("told")
    expect(after(Assigned, open("update"), answered({ id: "told" })).id).toBe(NAME)
    expect(after(Assigned, open("update"), answered()).id).toBe(NAME)
  })

  test("may name the operation that goes on", () => {
    expect(after(Assigned, open("update"), answered({ operation: { name: "op-1" } })).operation).toEqual({
      value: { name: "op-1" },
      since: NOW,
    })
    expect(
      after(Assigned, { ...open("update"), operation: { value: "old", since: 1 } }, answered()).operation,
    ).toBeNull()
  })

  test("to a create says that there is one, unless an earlier one was never answered", () => {
    const created = { at: NOW - 500, uncertain: true }
    const of = (call: object) => after(Assigned, { ...open("create", call), created }, answered()).created
    expect(of({})).toEqual({ at: NOW - 500, uncertain: false })
    expect(of({ repeated: true })).toEqual({ at: NOW - 500, uncertain: true })
    const previous = { props: null, parts: {}, dependencies: {}, created: { at: 1, uncertain: true } }
    expect(of({ previous })).toEqual({ at: NOW - 500, uncertain: true })
  })

  test("to updates counts how often the same was wanted", () => {
    const once = after(Assigned, open("update"), answered())
    expect(once.repeated?.updates).toBe(1)
    const twice = after(Assigned, { ...once, ...open("update") }, answered())
    expect(twice.repeated).toEqual({ difference: once.repeated?.difference, updates: 2 })
    const fields = [{ field: "size", wanted: 7, found: 2 }]
    const other = after(Assigned, { ...twice, ...open("update") }, { kind: "answered", fields, answer: {} })
    expect(other.repeated?.updates).toBe(1)
    const created = after(Assigned, { ...twice, ...open("create") }, answered())
    expect(created.repeated).toEqual(twice.repeated)
  })

  test("to deletes counts them", () => {
    expect(after(Assigned, { ...open("delete"), deletes: 1 }, answered()).deletes).toBe(2)
    expect(after(Assigned, { ...open("update"), deletes: 1 }, answered()).deletes).toBe(1)
  })

  test("to nothing that was called changes nothing", () => {
    const before = applyTo(Assigned, made, answered({ id: "told" }))
    expect(before.row).toMatchObject(made)
    expect(before.events).toEqual([])
  })
})

test("a read tells nothing of a call: what it found is only where it goes", () => {
  const reading = tinyReading({ id: "found", attributes: { address: "x" } })
  expect(after(Assigned, {}, called("update", { reading }))).toMatchObject({
    id: "found",
    attributes: { address: "x" },
  })
})
