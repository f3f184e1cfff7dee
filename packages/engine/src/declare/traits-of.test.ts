import { tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { defineBorrowed, defineEnsure, defineGate, defineLookup, defineNodeWith } from "./define-node.ts"
import { traitsOf } from "./traits-of.ts"

const read = { permissions: { read: [] }, read: async () => undefined }
const Named = tiny("named")
const Assigned = tiny("assigned", { identity: { by: "assigned" } })
const Keyed = tiny("keyed", { identity: { by: "key", of: ["key"] }, replaceOn: ["size"] })
const Child = tiny("child", { identity: { by: "parent", of: "to", key: ["key"] } })
const Unique = tiny("unique", { identity: { by: "parent", of: "to", key: ["key"], unique: true } })
const Found = defineLookup<object, object, object>({ type: "tiny.found", ...read })
const Gate = defineGate<object, object, object>({ type: "tiny.gate", ...read })
const Ensured = defineEnsure<object, object, object>({ type: "tiny.ensured", ...read, create: async () => {} })
const Theirs = defineBorrowed<{ entries: object }, object, object>({
  type: "tiny.theirs",
  ...read,
  parts: "entries",
  update: async () => {},
})

describe("an identity", () => {
  test("names the props whose change makes another object, beside those that cannot be changed", () => {
    expect(traitsOf(Named).replacing).toEqual([])
    expect(traitsOf(Keyed).replacing).toEqual(["key", "size"])
    expect(traitsOf(Child).replacing).toEqual(["to", "key"])
  })

  test("keeps two of one key from living side by side where keys are unique", () => {
    expect(traitsOf(Named).key).toBeUndefined()
    expect(traitsOf(Keyed).key).toEqual(["key"])
    expect(traitsOf(Child).key).toBeUndefined()
    expect(traitsOf(Unique).key).toEqual(["to", "key"])
  })

  test("lets a create be repeated where it finds itself", () => {
    const repeatable = [Named, Keyed, Unique, Ensured].map((type) => traitsOf(type).repeatable)
    expect(repeatable).toEqual([true, true, true, true])
    expect([Assigned, Child, Found, Gate, Theirs].map((type) => traitsOf(type).repeatable)).not.toContain(true)
  })
})

describe("a mark", () => {
  test("is written with the create, by children never, and by what is not ours never", () => {
    expect([Named, Assigned, Keyed].map((type) => traitsOf(type).mark)).toEqual(["create", "create", "create"])
    expect([Child, Found, Gate, Ensured, Theirs].map((type) => traitsOf(type).mark)).toEqual(Array(5).fill("never"))
    const marked = tiny("child", { identity: { by: "parent", of: "to", key: ["key"] }, mark: "create" })
    expect(traitsOf(marked).mark).toBe("create")
  })

  test("is written again where there is an update, unless the type says that it cannot be", () => {
    const { update: _, ...fixed } = Named
    expect(traitsOf(Named).remark).toBe(true)
    expect(traitsOf(fixed).remark).toBe(false)
    expect(traitsOf(tiny("once", { remark: false })).remark).toBe(false)
  })
})

describe("times", () => {
  test("have defaults, in milliseconds", () => {
    expect(traitsOf(Ensured)).toMatchObject({
      callTimeoutMs: 25_000,
      pollTimeoutMs: 30_000,
      operationLimitMs: 1_800_000,
      visibleWithinMs: 60_000,
      reads: { first: 1_000, cap: 45_000 },
      gatherMs: 0,
    })
  })

  test("of reads have a cap that lets a run end", () => {
    const eager = defineLookup<object, object, object>({ type: "tiny.eager", ...read, reads: { first: 10, cap: 100 } })
    expect(traitsOf(eager).reads).toEqual({ first: 10, cap: 31_000 })
  })
})

test("only what is called takes parts", () => {
  expect(traitsOf(Theirs).parts).toBe("entries")
  expect(traitsOf(tiny("shared", { parts: "entries" })).parts).toBe("entries")
  expect(traitsOf(Found).parts).toBeUndefined()
})

test("what a provider states once holds for its types, unless they say otherwise", () => {
  const define = defineNodeWith<object>({ callTimeoutMs: 1_000, visibleWithin: 2_000 })
  const { kind: _, ...definition } = Named
  const plain = define({ ...definition, type: "tiny.plain", callTimeoutMs: 3_000 })
  expect(plain.kind).toBe("object")
  expect(traitsOf(plain)).toMatchObject({ callTimeoutMs: 3_000, visibleWithinMs: 5_000 })
  const { callTimeoutMs: __, visibleWithin: ___, ...bare } = definition
  expect(traitsOf(define({ ...bare, type: "tiny.bare" }))).toMatchObject({
    callTimeoutMs: 1_000,
    visibleWithinMs: 2_000,
  })
})
