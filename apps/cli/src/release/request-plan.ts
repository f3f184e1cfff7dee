import type { Client, PlanResponse } from "@alienplatform/api/client"
import { isRetryable } from "@alienplatform/core/codes"
import { AlienError } from "@alienplatform/core/error"
import type { Context } from "../context.ts"
import type { Deployment } from "../manager/find-deployment.ts"
import { poll } from "../manager/poll.ts"
import type { JsonObject } from "./settings-file.ts"

export interface PlanRequest {
  releaseId: string
  /** JSON Merge Patch of the present settings. */
  stackSettings?: JsonObject | undefined
  otherStack?: boolean | undefined
  /** How long to wait, ms. */
  timeoutMs: number
}

/** Asks the manager for a plan and waits for it. Throws the manager's error when planning fails. */
export async function requestPlan(
  client: Client,
  deployment: Deployment,
  { releaseId, stackSettings, otherStack, timeoutMs }: PlanRequest,
  context: Context,
): Promise<PlanResponse> {
  const { requestedAt } = await client.createPlan(deployment.id, {
    releaseId,
    ...(stackSettings ? { stackSettings } : {}),
    ...(otherStack ? { otherStack } : {}),
  })
  const plan = await poll(
    {
      what: `the plan of ${deployment.name}`,
      read: () => client.plan(deployment.id),
      decide: (found) =>
        found.status !== "planning" && Date.parse(found.createdAt) >= Date.parse(requestedAt) ? found : undefined,
      timeoutMs,
      hint: `ask again: alien plan ${deployment.name} --release ${releaseId}`,
    },
    context,
  )
  if (plan.status === "ready") return plan
  const {
    hint,
    context: details,
    ...error
  } = plan.error ?? {
    code: "plan_failed",
    message: `${deployment.name} could not be planned, and the manager gave no reason`,
    retryable: isRetryable("plan_failed"),
    internal: false,
  }
  throw new AlienError(error.code, {
    ...error,
    ...(hint ? { hint } : {}),
    ...(typeof details === "object" && details !== null ? { context: { ...details } } : {}),
  })
}
