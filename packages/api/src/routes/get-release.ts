import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, refusals, tokenRefusals } from "../answers.ts"
import { ReleaseResponse } from "../release.ts"

export const getRelease = createRoute({
  method: "get",
  path: "/v1/releases/{id}",
  operationId: "getRelease",
  security: bearer,
  request: {
    params: z.object({
      id: z
        .string()
        .min(1)
        .max(64)
        .openapi({ param: { name: "id", in: "path" } }),
    }),
  },
  responses: { 200: jsonAnswer("The release", ReleaseResponse), 404: refusals[404], ...tokenRefusals },
})
