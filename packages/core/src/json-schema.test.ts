import { expect, test } from "vitest"
import { stackJsonSchema, stackSettingsJsonSchema } from "./json-schema.ts"

test("says which draft it is, and requires only what has no default", () => {
  expect(stackJsonSchema()).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Stack",
    type: "object",
    required: ["id", "resources"],
    additionalProperties: false,
  })
  expect(stackSettingsJsonSchema()).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    properties: { updates: { enum: ["auto", "approval-required"], default: "auto" } },
  })
  expect(stackSettingsJsonSchema()).not.toHaveProperty("required")
})

test("carries the rules of names as patterns and those of numbers as bounds", () => {
  const text = JSON.stringify(stackJsonSchema())
  expect(text).toContain('"minimum":1,"maximum":3600')
  expect(text).toContain("ALIEN_")
})

test("takes of what is not built here the values that ask for nothing, and shows them", () => {
  const text = JSON.stringify(stackJsonSchema())
  expect(text).toContain('"stateful":{"type":"boolean","const":false}')
  expect(text).toContain('"ingress":{"type":"string","enum":["public","private"]}')
  expect(stackSettingsJsonSchema()).toMatchObject({
    properties: { deploymentModel: { type: "string", const: "push" } },
  })
})

test("marks the private key as write-only", () => {
  expect(JSON.stringify(stackSettingsJsonSchema())).toContain('"writeOnly":true')
})

test("is plain JSON", () => {
  expect(JSON.parse(JSON.stringify(stackSettingsJsonSchema()))).toEqual(stackSettingsJsonSchema())
})
