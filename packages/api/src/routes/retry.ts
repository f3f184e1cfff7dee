import { createRoute } from "@hono/zod-openapi"
import { bearer, jsonAnswer, refusals, tokenRefusals } from "../answers.ts"
import { DeploymentResponse } from "../deployment.ts"
import { DeploymentParams } from "../values.ts"

/** Tries again what was refused for good. */
export const retry = createRoute({
  method: "post",
  path: "/v1/deployments/{id}/retry",
  operationId: "retry",
  security: bearer,
  request: { params: DeploymentParams },
  responses: { 200: jsonAnswer("It will run", DeploymentResponse), 404: refusals[404], ...tokenRefusals },
})
