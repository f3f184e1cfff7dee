import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, refusals, tokenRefusals } from "../answers.ts"
import { DeploymentResponse } from "../deployment.ts"
import { DeploymentParams } from "../values.ts"

export const RedeployRequest = z
  .strictObject({
    /** Absent: the newest release of its stack on the platform. */
    releaseId: z.string().min(1).max(64).nullish(),
    /** A rollback: the release that was installed whole before the one that is wanted now. Not beside `releaseId`. */
    previous: z.literal(true).nullish(),
    /** The release may be of another stack, which replaces everything; else that is `stack_mismatch`. */
    otherStack: z.literal(true).nullish(),
  })
  .refine(({ releaseId, previous }) => !(releaseId && previous), { error: "takes releaseId or previous, not both" })
  .openapi("RedeployRequest")

/**
 * Ends a hold. Without a release, or with the newest one, the deployment follows every later one where `updates` is auto.
 * An older one, or what a rollback goes back to, is kept until the next redeploy. A draft that is named is published.
 */
export const redeploy = createRoute({
  method: "post",
  path: "/v1/deployments/{id}/redeploy",
  operationId: "redeploy",
  security: bearer,
  request: {
    params: DeploymentParams,
    body: { required: false, content: { "application/json": { schema: RedeployRequest } } },
  },
  responses: {
    200: jsonAnswer("It will run", DeploymentResponse),
    400: refusals[400],
    404: refusals[404],
    409: refusals[409],
    422: refusals[422],
    ...tokenRefusals,
  },
})
