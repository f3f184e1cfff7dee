import { expect, test } from "vitest"
import { deepFreeze, unsafeParts, withoutAbsent } from "./plain.ts"

test("finds a key that would change the prototype", () => {
  expect(unsafeParts(JSON.parse('{"a": [{"__proto__": {"admin": true}}]}'))).toMatchObject([
    { path: "a[0].__proto__", code: "name_reserved" },
  ])
})

test("refuses a cycle and endless nesting", () => {
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  expect(unsafeParts(cycle)).toMatchObject([{ code: "nested_too_deep" }])
  expect(unsafeParts(JSON.parse(`${"[".repeat(3000)}${"]".repeat(3000)}`))).toMatchObject([{ code: "nested_too_deep" }])
})

test("leaves absent members out and keeps the items of lists", () => {
  expect(withoutAbsent({ a: undefined, b: null, c: [null, { d: undefined }] })).toEqual({ b: null, c: [null, {}] })
  expect(withoutAbsent({ b: null, c: [null] }, { nulls: true })).toEqual({ c: [null] })
})

test("freezes everything inside", () => {
  const value = deepFreeze({ a: [{ b: 1 }] })
  expect(Object.isFrozen(value.a[0])).toBe(true)
})
