import { expect, test } from "vitest"
import { z } from "zod"
import { check, violationOf } from "./check.ts"

const Schema = z.strictObject({
  count: z.int().min(1).max(9),
  items: z.record(z.string().regex(/^[a-z]+$/), z.strictObject({ size: z.int() })).optional(),
  either: z
    .union([z.strictObject({ kind: z.literal("alpha") }), z.array(z.strictObject({ kind: z.literal("alpha") }))])
    .optional(),
})

const found = (value: unknown) => check(Schema, value).found.map(violationOf)

test("gives the data when there is no mistake", () => {
  expect(check(Schema, { count: 2 })).toEqual({ data: { count: 2 }, found: [] })
})

test.each([
  [{}, "count", "value_missing", "is required"],
  [{ count: "2" }, "count", "type_wrong", "must be a number, is a string"],
  [{ count: 1.5 }, "count", "type_wrong", "must be a whole number, is 1.5"],
  [{ count: 10 }, "count", "out_of_range", "must be at most 9, is 10"],
  [{ count: 0 }, "count", "out_of_range", "must be at least 1, is 0"],
  [{ count: 2, cuont: 1 }, "cuont", "key_unknown", 'is not known here; did you mean "count"?'],
  [null, "(root)", "type_wrong", "must be an object, is nothing"],
])("says what is wrong with %j, and where", (value, path, code, message) => {
  expect(found(value)).toEqual([{ path, code, message }])
})

test("looks into a member whose key is wrong", () => {
  expect(found({ count: 2, items: { "A B": { size: "x" } } }).map(({ path, code }) => [path, code])).toEqual([
    ['items["A B"]', "value_malformed"],
    ['items["A B"].size', "type_wrong"],
  ])
})

test("reports the mistakes of the shape that was meant", () => {
  expect(found({ count: 2, either: [{ kind: "beta" }] })).toEqual([
    { path: "either[0].kind", code: "value_unknown", message: 'must be alpha, is "beta"' },
  ])
  expect(found({ count: 2, either: { kind: "beta" } })).toEqual([
    { path: "either.kind", code: "value_unknown", message: 'must be alpha, is "beta"' },
  ])
})
