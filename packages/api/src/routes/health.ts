import { createRoute, z } from "@hono/zod-openapi"
import { jsonAnswer } from "../answers.ts"

export const HealthResponse = z.object({ status: z.literal("ok") }).openapi("HealthResponse")

/** Public: tells that the manager answers, and nothing else. */
export const health = createRoute({
  method: "get",
  path: "/health",
  operationId: "health",
  responses: { 200: jsonAnswer("The manager answers", HealthResponse) },
})
