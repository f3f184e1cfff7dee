import { createRoute, z } from "@hono/zod-openapi"
import { json } from "../answers.ts"

const JsonSchema = z.record(z.string(), z.unknown())

/** Public: a JSON Schema for editors. */
export const stackSchema = createRoute({
  method: "get",
  path: "/v1/schemas/stack",
  operationId: "stackSchema",
  responses: { 200: json("JSON Schema of a built stack", JsonSchema) },
})

/** Public: a JSON Schema for editors. */
export const stackSettingsSchema = createRoute({
  method: "get",
  path: "/v1/schemas/stack-settings",
  operationId: "stackSettingsSchema",
  responses: { 200: json("JSON Schema of stack settings", JsonSchema) },
})
