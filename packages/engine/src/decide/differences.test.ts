import {
  FOREIGN_OWNER,
  IDENTITY,
  markOf,
  SECRET_KEY,
  type TinyProps,
  type TinyType,
  tiny,
  tinyCall,
  tinyRow,
} from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import type { ObjectRow, SentPart } from "../record/row.ts"
import { completeProps, seal } from "../record/seal.ts"
import { differenceKey, differences, isForeignEntry, valueText } from "./differences.ts"

const Plain = tiny("plain")

const between = (type: TinyType, wanted: object, found: object, row: Partial<ObjectRow> = {}) =>
  differences(
    type,
    seal(type, completeProps(type, { ...wanted }), SECRET_KEY),
    tinyRow(type, row),
    { ...found },
    SECRET_KEY,
  )
/** Names of the fields that differ, and of differing `lazy` ones. */
const differing = (type: TinyType, wanted: TinyProps, found: object, row: Partial<ObjectRow> = {}) => {
  const { fields, lazy } = between(type, wanted, found, row)
  return { fields: fields.map(({ field }) => field), lazy: lazy.map(({ field }) => field) }
}
const openUpdate = () => tinyCall("update", { open: true })

describe("a difference", () => {
  test("is a prop that is not as wanted, missing, or more than was asked for", () => {
    expect(differing(Plain, { size: 1, color: "red" }, { size: 2, color: "red", to: "x" }).fields).toEqual([
      "size",
      "to",
    ])
  })

  test("carries what is wanted and what was found", () => {
    expect(between(Plain, { size: 1 }, { size: 2 }).fields).toEqual([{ field: "size", wanted: 1, found: 2 }])
  })

  test("does not depend on the order of members", () => {
    const entries = { a: { x: 1, y: 2 } }
    expect(differing(Plain, { entries }, { entries: { a: { y: 2, x: 1 } } }).fields).toEqual([])
  })

  test("is none where a cloud answers with the default of an absent prop", () => {
    const Defaulted = tiny("defaulted", { defaults: { size: 512 } })
    expect(differing(Defaulted, {}, { size: 512 }).fields).toEqual([])
    expect(differing(Defaulted, {}, { size: 256 }).fields).toEqual(["size"])
  })

  test("of a prop that cannot be read back is one to what was last sent", () => {
    expect(differing(Plain, { color: "red" }, {}, { props: { color: "red" } }).fields).toEqual([])
    expect(differing(Plain, { color: "red" }, {}, { props: { color: "blue" } }).fields).toEqual(["color"])
    expect(differing(Plain, { color: "red" }, {}).fields).toEqual(["color"])
    expect(differing(Plain, {}, {}, { props: { color: "blue" } }).fields).toEqual(["color"])
  })

  test("of a prop that cannot be read back does not say that something was found", () => {
    const [difference] = between(Plain, { color: "red" }, {}, { props: { color: "blue" } }).fields
    expect(difference).toEqual({ field: "color", wanted: "red", found: undefined })
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

  test("of the prop that holds parts is left to them", () => {
    const Shared = tiny("shared", { parts: "entries" })
    expect(differing(Shared, { entries: { a: 1 } }, { entries: { a: 2 } }).fields).toEqual([])
  })
})

describe("a secret", () => {
  const Secret = tiny("secret", { secret: ["secret", "entries"] })

  test("is compared with what was last sent where it cannot be read", () => {
    const sent = { props: seal(Secret, { secret: "a" }, SECRET_KEY) }
    expect(differing(Secret, { secret: "a" }, {}, sent).fields).toEqual([])
    expect(differing(Secret, { secret: "b" }, {}, sent).fields).toEqual(["secret"])
    const open = { ...sent, call: openUpdate() }
    expect(differing(Secret, { secret: "a" }, {}, open).fields).toEqual(["secret"])
  })

  test("is compared with what is read where the cloud returns it", () => {
    const sent = { props: seal(Secret, { secret: "a" }, SECRET_KEY) }
    expect(differing(Secret, { secret: "a" }, { secret: "a" }, sent).fields).toEqual([])
    expect(differing(Secret, { secret: "a" }, { secret: "somebody's" }, sent).fields).toEqual(["secret"])
  })

  test("is shown by no difference, whether it was read or not", () => {
    const texts = [
      between(Secret, { secret: "hunter2" }, { secret: "hunter3" }),
      between(Secret, { secret: "hunter2" }, {}, { props: seal(Secret, { secret: "hunter3" }, SECRET_KEY) }),
      between(Secret, { entries: { a: "hunter2" } }, { entries: { a: "hunter3", b: "hunter4" } }),
    ].map((found) => JSON.stringify(found))
    expect(texts.join()).toContain("$sealed")
    expect(texts.join()).not.toContain("hunter")
  })

  test("map is compared member by member, and names the one that changed", () => {
    const sent = { props: seal(Secret, { entries: { a: "1", b: "2" } }, SECRET_KEY) }
    expect(differing(Secret, { entries: { a: "1", b: "3" } }, {}, sent).fields).toEqual(["entries.b"])
    expect(differing(Secret, { entries: { a: "1" } }, {}, sent).fields).toEqual(["entries.b"])
    expect(differing(Secret, { entries: { a: "1", b: "2", c: "3" } }, {}, sent).fields).toEqual(["entries.c"])
    expect(differing(Secret, { entries: { a: "1", b: "2" } }, { entries: { a: "1", b: "9" } }, sent).fields).toEqual([
      "entries.b",
    ])
  })

  test("map that was never sent differs as a whole", () => {
    expect(differing(Secret, { entries: { a: "1" } }, {}).fields).toEqual(["entries"])
  })
})

describe("the key of differences", () => {
  const of = (wanted: object, found: object) => differenceKey(between(Plain, wanted, found).fields)

  test("names what is wanted, whatever was found", () => {
    expect(of({ size: 1 }, { size: 2 })).toBe(of({ size: 1 }, { size: 3 }))
    expect(of({ size: 1 }, { size: 2 })).not.toBe(of({ size: 4 }, { size: 2 }))
    expect(of({ size: 1 }, { size: 2 })).not.toBe(of({ size: 1, color: "red" }, { size: 2 }))
  })
})

describe("a value for people", () => {
  test("is short and shows no secret", () => {
    expect(valueText(undefined)).toBe("nothing")
    expect(valueText({ a: 1 })).toBe('{"a":1}')
    expect(valueText({ a: { $sealed: "abc" } })).toBe('{"a":"(secret)"}')
    expect(valueText("x".repeat(1_000))).toHaveLength(200)
  })
})

describe("an entry of our shared object", () => {
  const foreign = (part: Partial<SentPart> | undefined, entryOwners?: Parameters<typeof isForeignEntry>[2]) =>
    isForeignEntry(
      { parts: part ? { a: { props: null, dependencies: {}, ...part } } : {} },
      "a",
      entryOwners ?? {},
      IDENTITY,
    )

  test("is ours where it was accepted or tried", () => {
    expect(foreign({ props: "1" })).toBe(false)
    expect(foreign({ attempted: "1" })).toBe(false)
    expect(foreign({ parked: "hash" })).toBe(true)
    expect(foreign(undefined)).toBe(true)
  })

  test("is whose its mark says, of whichever node", () => {
    expect(foreign(undefined, { entryOwners: { a: markOf("other/node", 7) } })).toBe(false)
    expect(foreign({ props: "1" }, { entryOwners: { a: FOREIGN_OWNER } })).toBe(true)
    expect(foreign({ props: "1" }, { entryOwners: { b: FOREIGN_OWNER } })).toBe(false)
  })
})
