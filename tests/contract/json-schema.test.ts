import { expect, test } from "vitest"
import { findMistakes, type Schema } from "./json-schema.ts"

const shapes: Record<string, Schema> = {
  "#/components/schemas/Host": { type: "object", required: ["name"], properties: { name: { type: "string" } } },
}
const mistakes = (value: unknown, schema: Schema) => findMistakes(value, schema, (name) => shapes[name] as Schema)
const host = { $ref: "#/components/schemas/Host" }

test.each<[string, unknown, Schema]>([
  ["a type", "a", { type: "string" }],
  ["one of two types", null, { type: ["string", "null"] }],
  ["anything", [1], {}],
  ["members that are not named", { a: 1 }, { type: "object" }],
  ["a reference", { name: "a" }, host],
  ["exactly one form", null, { oneOf: [{ type: "null" }, host] }],
  ["all forms", { name: "a" }, { allOf: [host, { type: "object" }] }],
  ["items", [1, 2], { type: "array", items: { type: "integer" } }],
  ["a number in its bounds", 5, { type: "integer", format: "int32", minimum: 5, maximum: 5 }],
  [
    "a map",
    { a: "b" },
    { type: "object", additionalProperties: { type: "string" }, propertyNames: { type: "string" } },
  ],
  ["annotations", "a", { type: "string", description: "d", example: "e", default: "f", title: "t" }],
])("takes %s", (_, value, schema) => {
  expect(mistakes(value, schema)).toEqual([])
})

test.each<[string, unknown, Schema, string]>([
  ["another type", 1, { type: "string" }, "$: is number, not string"],
  ["no integer", 1.5, { type: "integer" }, "$: is number, not integer"],
  ["what is not there", undefined, { type: "string" }, "$: is nothing, not string"],
  ["a value that is not listed", "c", { enum: ["a"] }, '$: is none of ["a"]'],
  [
    "a member that is missing",
    { items: [{}] },
    { properties: { items: { items: host } } },
    "$.items[0].name: is missing",
  ],
  ["a member of another type", { name: null }, host, "$.name: is null, not string"],
  ["a member too many", { a: 1 }, { additionalProperties: false }, "$.a: is not known"],
  ["a member of a map", { a: 1 }, { additionalProperties: { type: "string" } }, "$.a: is number, not string"],
  ["a name of a map", { ab: 1 }, { propertyNames: { maxLength: 1 } }, "$.ab: is longer than 1"],
  ["a number below", 0, { minimum: 1 }, "$: is less than 1"],
  ["a number above", 2, { maximum: 1 }, "$: is more than 1"],
  ["a large number", 2 ** 31, { format: "int32" }, "$: is no 32-bit integer"],
])("refuses %s", (_, value, schema, mistake) => {
  expect(mistakes(value, schema)).toEqual([mistake])
})

test("refuses what fits no form, and what fits two", () => {
  expect(mistakes(1, { oneOf: [{ type: "null" }, host] })[0]).toContain("fits 0 of 2 forms")
  expect(mistakes({ name: "a" }, { oneOf: [host, { type: "object" }] })[0]).toContain("fits 2 of 2 forms")
  expect(mistakes({}, { allOf: [host, {}] })).toEqual(["$.name: is missing"])
})

test("fails loudly for whatever of a schema it does not know", () => {
  for (const schema of [
    { anyOf: [] },
    { pattern: "a" },
    { type: "date" },
    { format: "email" },
    { properties: { a: true } },
  ])
    expect(() => mistakes({ a: 1 }, schema as Schema)).toThrow(/known here/)
})
