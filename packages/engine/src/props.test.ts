import { describe, expect, test } from "vitest"
import { complete, differences, identityOf, keyOf, sameSent, seal } from "./props.ts"
import type { ObjectRow } from "./row.ts"
import { SECRET_KEY, type TinyProps, type TinyType, tiny, tinyCall, tinyRow } from "./testing/tiny-types.ts"

const Plain = tiny("plain")

/** Names of the fields that differ, and of those that only travel. */
const differing = (type: TinyType, wanted: TinyProps, found: object, row: Partial<ObjectRow> = {}) => {
  const props = complete(type, { ...wanted })
  const result = differences(type, { props, sealed: seal(type, props, SECRET_KEY) }, tinyRow(type, row), found)
  return { fields: result.fields.map(({ field }) => field), lazy: result.lazy.map(({ field }) => field) }
}
const openUpdate = () => tinyCall("update", { open: true })

describe("a default", () => {
  const Defaulted = tiny("defaulted", { defaults: { size: 512 } })

  test("is what an absent prop means", () => {
    expect(complete(Defaulted, { color: "red" })).toEqual({ color: "red", size: 512 })
    expect(complete(Defaulted, { size: undefined })).toEqual({ size: 512 })
    expect(complete(Defaulted, { size: 1 })).toEqual({ size: 1 })
  })

  test("makes no difference to a cloud that answers with it", () => {
    expect(differing(Defaulted, {}, { size: 512 }).fields).toEqual([])
    expect(differing(Defaulted, {}, { size: 256 }).fields).toEqual(["size"])
  })
})

describe("a difference", () => {
  test("is a prop that is not as wanted, missing, or more than was asked for", () => {
    expect(differing(Plain, { size: 1, color: "red" }, { size: 2, color: "red", to: "x" }).fields).toEqual([
      "size",
      "to",
    ])
  })

  test("carries what is wanted and what was found", () => {
    const wanted = { props: { size: 1 }, sealed: { size: 1 } }
    expect(differences(Plain, wanted, tinyRow(Plain), { size: 2 }).fields).toEqual([
      { field: "size", wanted: 1, found: 2 },
    ])
  })

  test("does not depend on the order of members", () => {
    const entries = { a: { x: 1, y: 2 } }
    expect(differing(Plain, { entries }, { entries: { a: { y: 2, x: 1 } } }).fields).toEqual([])
  })

  test("of a prop that cannot be read back is one to what was last sent", () => {
    expect(differing(Plain, { color: "red" }, {}, { props: { color: "red" } }).fields).toEqual([])
    expect(differing(Plain, { color: "red" }, {}, { props: { color: "blue" } }).fields).toEqual(["color"])
    expect(differing(Plain, { color: "red" }, {}).fields).toEqual(["color"])
    expect(differing(Plain, {}, {}, { props: { color: "blue" } }).fields).toEqual(["color"])
  })

  test("is assumed for unreadable props while an update of them is open, and only then", () => {
    const row = { props: { color: "red" }, call: openUpdate() }
    expect(differing(Plain, { color: "red" }, {}, row).fields).toEqual(["color"])
    expect(differing(Plain, { color: "red" }, { color: "red" }, row).fields).toEqual([])
    const closed = { ...row, call: { ...openUpdate(), open: false } }
    expect(differing(Plain, { color: "red" }, {}, closed).fields).toEqual([])
    const create = { ...row, call: { ...openUpdate(), verb: "create" as const } }
    expect(differing(Plain, { color: "red" }, {}, create).fields).toEqual([])
  })

  test("of a lazy prop only travels", () => {
    const Lazy = tiny("lazy", { lazy: ["color"] })
    expect(differing(Lazy, { color: "red", size: 1 }, { color: "blue", size: 1 })).toEqual({
      fields: [],
      lazy: ["color"],
    })
    expect(differing(Lazy, { color: "red", size: 1 }, { color: "blue", size: 2 })).toEqual({
      fields: ["size"],
      lazy: ["color"],
    })
  })

  test("of an initial prop means nothing", () => {
    const Initial = tiny("initial", { initial: ["color"] })
    expect(differing(Initial, { color: "red" }, { color: "blue" })).toEqual({ fields: [], lazy: [] })
  })
})

describe("a secret", () => {
  const Secret = tiny("secret", { secret: ["secret"] })

  test("is stored as a keyed hash, and nothing else is", () => {
    const sealed = seal(Secret, { secret: "hunter2", color: "red" }, SECRET_KEY)
    expect(JSON.stringify(sealed)).not.toContain("hunter2")
    expect(sealed).toEqual({ secret: { $hmac: expect.stringMatching(/^[0-9a-f]{64}$/) }, color: "red" })
  })

  test("has another hash under another key and for another value", () => {
    const hashes = [
      seal(Secret, { secret: "a" }, SECRET_KEY),
      seal(Secret, { secret: "b" }, SECRET_KEY),
      seal(Secret, { secret: "a" }, new Uint8Array(32)),
    ].map((props) => JSON.stringify(props))
    expect(new Set(hashes).size).toBe(3)
  })

  test("is compared by hash and shown by none", () => {
    const sent = { props: seal(Secret, { secret: "a" }, SECRET_KEY) }
    expect(differing(Secret, { secret: "a" }, { secret: "****" }, sent).fields).toEqual([])
    expect(differing(Secret, { secret: "b" }, { secret: "****" }, sent).fields).toEqual(["secret"])
    const props = { secret: "hunter2" }
    const result = differences(Secret, { props, sealed: seal(Secret, props, SECRET_KEY) }, tinyRow(Secret), {
      secret: "hunter3",
    })
    expect(JSON.stringify(result)).not.toContain("hunter")
  })
})

describe("the identity of an object", () => {
  test("is the same for all props of a type that is never replaced", () => {
    expect(identityOf(Plain, { size: 1 })).toBe(identityOf(Plain, { size: 2 }))
  })

  test("changes with the props in replaceOn only", () => {
    const Replaced = tiny("replaced", { replaceOn: ["size"] })
    expect(identityOf(Replaced, { size: 1, color: "red" })).toBe(identityOf(Replaced, { size: 1 }))
    expect(identityOf(Replaced, { size: 1 })).not.toBe(identityOf(Replaced, { size: 2 }))
    expect(identityOf(Replaced, {})).not.toBe(identityOf(Replaced, { size: 0 }))
  })

  test("follows a function where there is one", () => {
    const Large = tiny("large", { replaceOn: ({ size = 0 }) => (size > 10 ? "large" : "small") })
    expect(identityOf(Large, { size: 1 })).toBe(identityOf(Large, { size: 9 }))
    expect(identityOf(Large, { size: 1 })).not.toBe(identityOf(Large, { size: 11 }))
  })
})

test("the key of an object lies in fixedName, or in replaceOn where that is the key", () => {
  expect(keyOf(Plain, { key: "a" })).toBeUndefined()
  const Fixed = tiny("fixed", { fixedName: ["key"], replaceOn: ["key", "size"] })
  expect(keyOf(Fixed, { key: "a", size: 1 })).toBe(keyOf(Fixed, { key: "a", size: 2 }))
  expect(keyOf(Fixed, { key: "a" })).not.toBe(keyOf(Fixed, { key: "b" }))
  const Whole = tiny("whole", { fixedName: true, replaceOn: ["key", "size"] })
  expect(keyOf(Whole, { key: "a", size: 1 })).not.toBe(keyOf(Whole, { key: "a", size: 2 }))
})

describe("what was last sent", () => {
  const Type = tiny("type", { lazy: ["color"], initial: ["to"], parts: "entries" })

  test("equals what is wanted, lazy, initial and parts aside", () => {
    expect(sameSent(Type, { size: 1, color: "a", to: "a" }, { size: 1, color: "b", to: "b", entries: { x: 1 } })).toBe(
      true,
    )
    expect(sameSent(Type, { size: 1 }, { size: 2 })).toBe(false)
    expect(sameSent(Type, { size: 1 }, {})).toBe(false)
  })

  test("equals nothing when nothing was", () => {
    expect(sameSent(Type, null, {})).toBe(false)
  })
})
