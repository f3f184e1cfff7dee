import { expect, test } from "vitest"
import type { Schema } from "./json-schema.ts"
import { findNarrowings } from "./narrower.ts"

const documentOf = (schemas: Record<string, Schema> = {}) => ({ paths: {}, components: { schemas } })
const compare = (ours: Schema, theirs: Schema, shared: Record<string, Schema> = {}) =>
  findNarrowings({ schema: ours, document: documentOf() }, { schema: theirs, document: documentOf(shared) })

const theirs = {
  type: "object",
  required: ["name"],
  properties: { name: { type: "string" }, note: { oneOf: [{ type: "null" }, { $ref: "#/components/schemas/Note" }] } },
}
const note = { Note: { type: "object", properties: { text: { type: ["string", "null"] } } } }

test("finds nothing where ours asks for no more", () => {
  const text = { type: ["string", "null"] }
  const ours = {
    type: "object",
    required: ["name"],
    properties: {
      name: { type: "string" },
      note: { anyOf: [{ type: "object", properties: { text } }, { type: "null" }] },
    },
    additionalProperties: false,
  }
  expect(compare(ours, theirs, note)).toEqual([])
  expect(compare({ type: "object" }, theirs, note)).toEqual([])
})

test("finds what is required, not known or never null in ours alone, at any depth", () => {
  const ours = {
    type: "object",
    required: ["name", "group"],
    properties: { note: { type: "object", required: ["text"], properties: { text: { type: "string" } } } },
    additionalProperties: false,
  }
  expect(compare(ours, theirs, note).toSorted()).toEqual([
    "$.group: is required",
    "$.name: is not known",
    "$.note.text: is required",
    "$.note.text: takes no null",
    "$.note: takes no null",
  ])
  const list = (schema: Schema): Schema => ({ type: "array", items: schema })
  expect(compare(list({ type: "string" }), list({ type: ["string", "null"] }))).toEqual(["$[]: takes no null"])
})

test("fails for a reference to nothing", () => {
  expect(() => compare({}, { $ref: "#/components/schemas/Nothing" })).toThrow(/Nothing/)
})
