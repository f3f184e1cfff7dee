import { expect, test } from "vitest"
import { mergePatch } from "./merge-patch.ts"

test("follows the examples of RFC 7396", () => {
  expect(mergePatch({ a: "b" }, { a: "c" })).toEqual({ a: "c" })
  expect(mergePatch({ a: "b", b: "c" }, { a: null })).toEqual({ b: "c" })
  expect(mergePatch({ a: { b: "c" } }, { a: { b: "d", c: null } })).toEqual({ a: { b: "d" } })
  expect(mergePatch({ a: [{ b: "c" }] }, { a: [1] })).toEqual({ a: [1] })
  expect(mergePatch({ e: null }, { a: 1 })).toEqual({ e: null, a: 1 })
  expect(mergePatch([1, 2], { a: "b", c: null })).toEqual({ a: "b" })
  expect(mergePatch({}, { a: { bb: { ccc: null } } })).toEqual({ a: { bb: {} } })
})

test("does not reach the prototype", () => {
  mergePatch({}, JSON.parse('{"__proto__": {"polluted": true}}'))
  expect(Reflect.get({}, "polluted")).toBeUndefined()
})

test("ends at a depth that no settings have", () => {
  const deep = JSON.parse(`${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`)
  expect(() => mergePatch({}, deep)).not.toThrow()
})
