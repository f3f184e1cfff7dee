import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, refusals, tokenRefusals } from "../answers.ts"
import { StackSettingsJson } from "../deployment.ts"
import { DeploymentParams, Time } from "../values.ts"

export const CreatePlanRequest = z
  .strictObject({
    /** Absent: the release that the next run would install. */
    releaseId: z.string().min(1).max(64).nullish(),
    /** JSON Merge Patch onto today's settings. */
    stackSettings: StackSettingsJson.nullish(),
    /** The release may be of another stack; else that is `stack_mismatch`. */
    otherStack: z.literal(true).nullish(),
  })
  .openapi("CreatePlanRequest")

export const CreatePlanResponse = z
  .object({
    /** The plan at GET …/plan is this one once its `createdAt` is not earlier. */
    requestedAt: Time,
  })
  .openapi("CreatePlanResponse")

/** A run that only plans: it reads, and changes nothing. */
export const createPlan = createRoute({
  method: "post",
  path: "/v1/deployments/{id}/plan",
  operationId: "createPlan",
  security: bearer,
  request: {
    params: DeploymentParams,
    body: { required: false, content: { "application/json": { schema: CreatePlanRequest } } },
  },
  responses: {
    202: jsonAnswer("It is being planned", CreatePlanResponse),
    400: refusals[400],
    404: refusals[404],
    409: refusals[409],
    422: refusals[422],
    ...tokenRefusals,
  },
})
