import { createRoute } from "@hono/zod-openapi"
import { bearer, guarded, json, refusals } from "../answers.ts"
import { DeploymentInfoResponse } from "../info.ts"
import { DeploymentParams } from "../values.ts"

/** Answers with what is stored; reading it makes the manager look more often for 30 s. */
export const info = createRoute({
  method: "get",
  path: "/v1/deployments/{id}/info",
  operationId: "info",
  security: bearer,
  request: { params: DeploymentParams },
  responses: { 200: json("URLs and conditions", DeploymentInfoResponse), 404: refusals[404], ...guarded },
})
