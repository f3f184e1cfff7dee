import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, refusals, tokenRefusals } from "../answers.ts"
import { ErrorBody } from "../error-body.ts"
import { DeploymentParams, Time } from "../values.ts"

export const PlanResponse = z
  .object({
    status: z.enum(["planning", "ready", "failed"]),
    createdAt: Time,
    releaseId: z.string(),
    /** `{actions, summary, …}` of the engine, for others than admins without values of variables; absent unless ready. */
    plan: z.unknown().optional(),
    /** The plan as text for people; absent unless ready. */
    text: z.string().optional(),
    /** Prefix of its names, of a deployment that does not exist; whoever creates it with the same one gets these names. */
    resourcePrefix: z.string().optional(),
    error: ErrorBody.optional(),
  })
  .openapi("PlanResponse")
export type PlanResponse = z.infer<typeof PlanResponse>

/** The newest plan that was asked for. */
export const getPlan = createRoute({
  method: "get",
  path: "/v1/deployments/{id}/plan",
  operationId: "getPlan",
  security: bearer,
  request: { params: DeploymentParams },
  responses: { 200: jsonAnswer("The plan, or how far it is", PlanResponse), 404: refusals[404], ...tokenRefusals },
})
