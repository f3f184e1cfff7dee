import { createRoute } from "@hono/zod-openapi"
import { bearer, jsonAnswer, refusals, tokenRefusals } from "../answers.ts"
import { DeploymentResponse } from "../deployment.ts"
import { DeploymentParams } from "../values.ts"

export const getDeployment = createRoute({
  method: "get",
  path: "/v1/deployments/{id}",
  operationId: "getDeployment",
  security: bearer,
  request: { params: DeploymentParams },
  responses: { 200: jsonAnswer("The deployment", DeploymentResponse), 404: refusals[404], ...tokenRefusals },
})
