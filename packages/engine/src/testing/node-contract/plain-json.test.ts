import { expect, test } from "vitest"
import { notJson } from "./plain-json.ts"

test("it names the place of what JSON does not keep", () => {
  expect(notJson({ a: [{ b: 1 }, { b: new Date(0) }] })).toBe(".a[1].b")
  expect(notJson({ a: Number.NaN })).toBe(".a")
  expect(notJson([() => 1])).toBe("[0]")
  expect(notJson({ a: [undefined] })).toBe(".a[0]")
})

test("it finds nothing in plain values, and takes an undefined member for absent", () => {
  expect(notJson({ a: [1, "b", null, true], c: { d: undefined } })).toBeUndefined()
})
