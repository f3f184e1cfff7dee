import { createRoute, z } from "@hono/zod-openapi"
import { jsonAnswer } from "../answers.ts"

const JsonSchema = z.record(z.string(), z.unknown())

/** Public: a JSON Schema for editors. */
export const stackSchema = createRoute({
  method: "get",
  path: "/v1/schemas/stack",
  operationId: "stackSchema",
  responses: { 200: jsonAnswer("JSON Schema of a built stack", JsonSchema) },
})

/** Public: a JSON Schema for editors. */
export const stackSettingsSchema = createRoute({
  method: "get",
  path: "/v1/schemas/stack-settings",
  operationId: "stackSettingsSchema",
  responses: { 200: jsonAnswer("JSON Schema of stack settings", JsonSchema) },
})
