import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, jsonBody, refusals, tokenRefusals } from "../answers.ts"
import { DeploymentResponse, EnvironmentVariable, StackSettingsJson } from "../deployment.ts"
import { DeploymentParams } from "../values.ts"

export const UpdateDeploymentRequest = z
  .strictObject({
    /** JSON Merge Patch (RFC 7396): null removes a member. */
    stackSettings: StackSettingsJson.optional(),
    /** Each replaces the variable of its name, or removes it when the value is null; others stay. */
    environmentVariables: z
      .array(EnvironmentVariable.extend({ value: EnvironmentVariable.shape.value.nullable() }))
      .min(1)
      .max(500)
      .optional(),
  })
  .refine(
    ({ stackSettings, environmentVariables }) => stackSettings !== undefined || environmentVariables !== undefined,
    {
      error: "has to hold stackSettings or environmentVariables",
    },
  )
  .openapi("UpdateDeploymentRequest")

/** Name, platform, target and resource prefix cannot change. */
export const updateDeployment = createRoute({
  method: "patch",
  path: "/v1/deployments/{id}",
  operationId: "updateDeployment",
  security: bearer,
  request: { params: DeploymentParams, ...jsonBody(UpdateDeploymentRequest) },
  responses: {
    200: jsonAnswer("As it is desired from now on", DeploymentResponse),
    400: refusals[400],
    404: refusals[404],
    409: refusals[409],
    422: refusals[422],
    ...tokenRefusals,
  },
})
