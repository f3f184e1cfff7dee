import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, refusals, tokenRefusals } from "../answers.ts"
import { ReleaseResponse } from "../release.ts"
import { PlatformName } from "../values.ts"

/** The newest one that has a stack for `platform`, or the newest of all; never a draft. */
export const latestRelease = createRoute({
  method: "get",
  path: "/v1/releases/latest",
  operationId: "latestRelease",
  security: bearer,
  request: { query: z.object({ platform: PlatformName.optional() }) },
  responses: { 200: jsonAnswer("The newest release", ReleaseResponse), 404: refusals[404], ...tokenRefusals },
})
