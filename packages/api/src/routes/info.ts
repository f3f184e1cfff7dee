import { createRoute } from "@hono/zod-openapi"
import { bearer, jsonAnswer, refusals, tokenRefusals } from "../answers.ts"
import { DeploymentInfoResponse } from "../info.ts"
import { DeploymentParams } from "../values.ts"

/** URLs and conditions of a deployment, as they are stored; reading them makes the manager look more often for 30 s. */
export const info = createRoute({
  method: "get",
  path: "/v1/deployments/{id}/info",
  operationId: "info",
  security: bearer,
  request: { params: DeploymentParams },
  responses: { 200: jsonAnswer("URLs and conditions", DeploymentInfoResponse), 404: refusals[404], ...tokenRefusals },
})
