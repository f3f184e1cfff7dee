import { createRoute, z } from "@hono/zod-openapi"
import { jsonAnswer } from "../answers.ts"

export const HealthResponse = z
  .object({
    status: z.literal("ok"),
    /** `ins_…`: whose tokens this manager takes. */
    installation: z.string(),
  })
  .openapi("HealthResponse")

/** Public: tells that the manager answers and of which installation it is, so that nobody sends it another one's token. */
export const health = createRoute({
  method: "get",
  path: "/health",
  operationId: "health",
  responses: { 200: jsonAnswer("The manager answers", HealthResponse) },
})
