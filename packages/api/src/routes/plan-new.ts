import { createRoute } from "@hono/zod-openapi"
import { bearer, jsonAnswer, jsonBody, refusals, tokenRefusals } from "../answers.ts"
import { CreateDeploymentRequest } from "./create-deployment.ts"
import { PlanResponse } from "./get-plan.ts"

export const PlanNewRequest = CreateDeploymentRequest.pick({
  name: true,
  platform: true,
  releaseId: true,
  stackSettings: true,
  environmentVariables: true,
  target: true,
  adopt: true,
  resourcePrefix: true,
}).openapi("PlanNewRequest")

/**
 * What the first deploy of a deployment would do that does not exist yet. Nothing is stored, no cloud object is touched.
 * With `adopt` the objects that the forgotten deployment had are searched for.
 */
export const planNew = createRoute({
  method: "post",
  path: "/v1/plans",
  operationId: "planNew",
  security: bearer,
  request: jsonBody(PlanNewRequest),
  responses: {
    200: jsonAnswer("The plan; its names begin with the `resourcePrefix` of the answer", PlanResponse),
    400: refusals[400],
    409: refusals[409],
    422: refusals[422],
    ...tokenRefusals,
  },
})
