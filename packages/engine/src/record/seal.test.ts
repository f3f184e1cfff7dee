import { SECRET_KEY, tiny } from "@alienplatform/simulator-memory"
import { describe, expect, test } from "vitest"
import { completeProps, identityHash, seal } from "./seal.ts"

const Plain = tiny("plain")

describe("a default", () => {
  test("is what an absent prop means", () => {
    const Defaulted = tiny("defaulted", { defaults: { size: 512 } })
    expect(completeProps(Defaulted, { color: "red" })).toEqual({ color: "red", size: 512 })
    expect(completeProps(Defaulted, { size: undefined })).toEqual({ size: 512 })
    expect(completeProps(Defaulted, { size: 1 })).toEqual({ size: 1 })
  })
})

describe("a secret", () => {
  const Secret = tiny("secret", { secret: ["secret", "entries"] })
  const hash = { $sealed: expect.stringMatching(/^[0-9a-f]{64}$/) }

  test("is stored as a keyed hash, and nothing else is", () => {
    const sealed = seal(Secret, { secret: "hunter2", color: "red" }, SECRET_KEY)
    expect(JSON.stringify(sealed)).not.toContain("hunter2")
    expect(sealed).toEqual({ secret: hash, color: "red" })
  })

  test("has another hash under another key, for another value and in another place", () => {
    const hashes = [
      seal(Secret, { secret: "a" }, SECRET_KEY).secret,
      seal(Secret, { secret: "b" }, SECRET_KEY).secret,
      seal(Secret, { secret: "a" }, new Uint8Array(32)).secret,
      seal(Secret, { entries: "a" }, SECRET_KEY).entries,
    ].map((sealed) => JSON.stringify(sealed))
    expect(new Set(hashes).size).toBe(4)
  })

  test("of a map is sealed member by member, at any depth", () => {
    const entries = { a: "hunter2", b: { c: "hunter2" }, d: ["hunter2"] }
    const sealed = seal(Secret, { entries }, SECRET_KEY)
    expect(sealed).toEqual({ entries: { a: hash, b: { c: hash }, d: hash } })
    expect(JSON.stringify(sealed)).not.toContain("hunter2")
    const equal = seal(Secret, { entries: { a: "same", b: "same" } }, SECRET_KEY).entries
    expect(new Set(Object.values(equal as object).map(({ $sealed }) => $sealed)).size).toBe(2)
  })

  test("that is sealed or unknown already stays as it is", () => {
    const once = seal(Secret, { secret: "a", entries: { a: "1", b: { $after: "api/thing" } } }, SECRET_KEY)
    expect(once.entries).toMatchObject({ b: { $after: "api/thing" } })
    expect(seal(Secret, once, SECRET_KEY)).toEqual(once)
  })

  test("that nobody gave stays absent", () => {
    expect(seal(Secret, { secret: undefined }, SECRET_KEY).secret).toBeUndefined()
    expect(seal(Secret, {}, SECRET_KEY)).toEqual({})
  })

  test("of nothing or of null cannot be told from any other by its looks", () => {
    expect(seal(Secret, { secret: null }, SECRET_KEY).secret).toEqual(hash)
    expect(seal(Secret, { secret: "" }, SECRET_KEY).secret).toEqual(hash)
  })
})

describe("which object serves props", () => {
  const of = (type: typeof Plain, props: object) => identityHash(type, { ...props })

  test("is the same one for all props of a type that is never replaced", () => {
    expect(of(Plain, { size: 1 })).toBe(of(Plain, { size: 2 }))
  })

  test("is another one for another type", () => {
    expect(of(Plain, { size: 1 })).not.toBe(of(tiny("other"), { size: 1 }))
  })

  test("is another one with another value of what cannot be changed in place, and only then", () => {
    const Replaced = tiny("replaced", { replaceOn: ["size"] })
    expect(of(Replaced, { size: 1, color: "red" })).toBe(of(Replaced, { size: 1 }))
    expect(of(Replaced, { size: 1 })).not.toBe(of(Replaced, { size: 2 }))
    expect(of(Replaced, {})).not.toBe(of(Replaced, { size: 0 }))
  })

  test("is another one with another key or parent", () => {
    const Keyed = tiny("keyed", { identity: { by: "key", of: ["key"] }, replaceOn: ["size"] })
    expect(of(Keyed, { key: "a", size: 1 })).not.toBe(of(Keyed, { key: "b", size: 1 }))
    expect(of(Keyed, { key: "a", size: 1 })).not.toBe(of(Keyed, { key: "a", size: 2 }))
    const Child = tiny("child", { identity: { by: "parent", of: "to", key: ["key"] } })
    expect(of(Child, { to: "a", key: "x" })).not.toBe(of(Child, { to: "b", key: "x" }))
    expect(of(Child, { to: "a", key: "x" })).not.toBe(of(Child, { to: "a", key: "y" }))
    expect(of(Child, { to: "a", key: "x", size: 1 })).toBe(of(Child, { to: "a", key: "x", size: 2 }))
  })
})
