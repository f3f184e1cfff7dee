import { tiny, tinyCall, tinyRow } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { defineLookup } from "../declare/define-node.ts"
import type { ObjectRow } from "../record/row.ts"
import { isInFlight, SerialKeys, serialKeyOf } from "./serial-keys.ts"

const Serial = tiny("serial", { serialize: ({ key }) => (typeof key === "string" ? key : undefined) })
const Shared = tiny("shared", { serialize: () => ({ shared: "account" }) })
const Odd = tiny("odd", {
  serialize: () => {
    throw new Error("cannot say")
  },
})
const types = new Map([Serial, Shared, Odd].map((type) => [type.type, type]))
const typeOf = ({ type }: ObjectRow) => types.get(type) ?? Serial
const own = { key: "k", shared: false }

describe("the key of a call", () => {
  test("is what its type makes of the props", () => {
    expect(serialKeyOf(Serial, { key: "k" })).toEqual(own)
    expect(serialKeyOf(Serial, {})).toBeUndefined()
    expect(serialKeyOf(Serial, { key: { $after: "other" } })).toBeUndefined()
    expect(serialKeyOf(Shared, {})).toEqual({ key: "account", shared: true })
    expect(serialKeyOf(tiny("plain"), { key: "k" })).toBeUndefined()
  })

  test("is none for what is only read", () => {
    const found = { type: "tiny.found", permissions: { read: [] }, read: async () => undefined }
    expect(serialKeyOf(defineLookup<object, object, object>(found), { key: "k" })).toBeUndefined()
  })
})

describe("a row", () => {
  const inFlight = (changes: Partial<ObjectRow>) => isInFlight(tinyRow(Serial, changes))
  const changing = { state: { status: "changing", why: null } } as const

  test("is in flight while its call is open, operated on, or still changes after a call", () => {
    expect(inFlight({ call: tinyCall("update", { open: true, at: 1 }) })).toBe(true)
    expect(inFlight({ operation: { value: "op", since: 1 } })).toBe(true)
    expect(inFlight({ ...changing, call: tinyCall("update") })).toBe(true)
  })

  test("is not in flight when nothing of it is on its way", () => {
    expect(inFlight({})).toBe(false)
    expect(inFlight(changing)).toBe(false)
    expect(inFlight({ call: tinyCall("update") })).toBe(false)
    expect(inFlight({ call: tinyCall("create", { open: true, at: 0 }) })).toBe(false)
  })
})

describe("a key", () => {
  const [one, two, three] = ["obj_1", "obj_2", "obj_3"]

  test("is held by one object, which may take it again", () => {
    const keys = new SerialKeys([], typeOf)
    expect(keys.isFree(one, own)).toBe(true)
    keys.take(one, own)
    expect(keys.isFree(one, own)).toBe(true)
    expect(keys.isFree(two, own)).toBe(false)
    expect(keys.isFree(two, { ...own, key: "other" })).toBe(true)
    expect(keys.keyOf(one)).toEqual(own)
    expect(keys.keyOf(two)).toBeUndefined()
  })

  test("that is let go wakes all who waited for it, once", () => {
    const keys = new SerialKeys([], typeOf)
    keys.take(one, own)
    keys.wait(two, own)
    keys.wait(three, own)
    keys.wait(two, own)
    keys.wait(three, { ...own, key: "other" })
    expect(keys.release(two)).toEqual([])
    expect(keys.isFree(two, own)).toBe(false)
    expect(keys.release(one)).toEqual([two, three])
    expect(keys.isFree(two, own)).toBe(true)
    expect(keys.release(one)).toEqual([])
    keys.take(two, own)
    expect(keys.release(two)).toEqual([])
  })

  test("is held by what an earlier run left in flight", () => {
    const flying = { call: tinyCall("update", { open: true, at: 1 }), props: { key: "k" } }
    const keys = new SerialKeys([tinyRow(Serial, { object: one, ...flying })], typeOf)
    expect(keys.isFree(two, own)).toBe(false)
    expect(keys.isFree(one, own)).toBe(true)
  })

  test("is not held by what is at rest, has no props, or cannot say its key", () => {
    const open = { call: tinyCall("update", { open: true, at: 1 }) }
    const rows = [
      tinyRow(Serial, { object: one, props: { key: "k" } }),
      tinyRow(Serial, { object: two, ...open }),
      tinyRow(Odd, { object: three, ...open, props: { key: "k" } }),
    ]
    expect(new SerialKeys(rows, typeOf).isFree("obj_4", own)).toBe(true)
  })
})
