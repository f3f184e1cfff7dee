import { expect, test } from "vitest"
import { findNonJson } from "./plain-json.ts"

test("it names the place of what JSON does not keep", () => {
  expect(findNonJson({ a: [{ b: 1 }, { b: new Date(0) }] })).toBe(".a[1].b")
  expect(findNonJson({ a: Number.NaN })).toBe(".a")
  expect(findNonJson([() => 1])).toBe("[0]")
  expect(findNonJson({ a: [undefined] })).toBe(".a[0]")
})

test("it finds nothing in plain values, and takes an undefined member for absent", () => {
  expect(findNonJson({ a: [1, "b", null, true], c: { d: undefined } })).toBeUndefined()
})
