import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, jsonBody, refusals, tokenRefusals } from "../answers.ts"
import { DeploymentResponse, EnvironmentVariable, StackSettingsJson } from "../deployment.ts"
import { Default, PlatformName } from "../values.ts"

/** Of the published API. Values that ask for nothing are taken, others refused with `setting_not_supported`. */
const NOT_BUILT = {
  basePlatform: PlatformName.nullish(),
  inputValues: z.record(z.string(), z.unknown()).nullish(),
  setupHandoff: z.enum(["immediate", "await-registration"]).nullish(),
  setupMethod: z.string().max(64).nullish(),
}

export const CreateDeploymentRequest = z
  .strictObject({
    /** Part of host names, so a DNS label, at most 40 characters. */
    name: z
      .string()
      .regex(
        /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/,
        "has to be a DNS label of at most 40 characters: lower-case letters, digits and hyphens, no hyphen at an end",
      ),
    platform: PlatformName,
    deploymentGroupId: Default.nullish(),
    environmentVariables: z.array(EnvironmentVariable).max(500).nullish(),
    /** Starts every name given to an object; unique per account. Default: chosen. */
    resourcePrefix: z
      .string()
      .regex(
        /^[a-z][a-z0-9-]{0,18}[a-z0-9]$/,
        "has to be 2 to 20 lower-case letters, digits and hyphens, a letter first",
      )
      .nullish(),
    stackSettings: StackSettingsJson.nullish(),
    /** Where and as whom, by platform; cannot change later. */
    target: z.record(z.string(), z.unknown()).nullish(),
    /** Install this release; absent follows the newest where `updates` is auto. */
    releaseId: z.string().min(1).max(64).nullish(),
    /** `releaseId` as published clients call it. */
    pinnedReleaseId: z.string().min(1).max(64).nullish(),
    /** Nothing runs until it is redeployed. */
    hold: z.boolean().nullish(),
    ...NOT_BUILT,
    /**
     * Id of a deployment that was forgotten: it begins again under this name, with its id, prefix and objects. A field that
     * is given takes the place of what it had; platform, prefix and target stay as they were.
     */
    adopt: z.string().min(1).max(64).nullish(),
  })
  .openapi("CreateDeploymentRequest")
export type CreateDeploymentRequest = z.infer<typeof CreateDeploymentRequest>

export const CreateDeploymentResponse = z
  .object({
    deployment: DeploymentResponse,
    deploymentModel: z.enum(["push", "pull"]),
    token: z.string().nullish(),
  })
  .openapi("CreateDeploymentResponse")

/** A known name with the same body is answered with the same deployment, with another body refused. */
export const createDeployment = createRoute({
  method: "post",
  path: "/v1/deployments",
  operationId: "createDeployment",
  security: bearer,
  request: jsonBody(CreateDeploymentRequest),
  responses: {
    201: jsonAnswer("Created, or the same as before", CreateDeploymentResponse),
    400: refusals[400],
    409: refusals[409],
    422: refusals[422],
    ...tokenRefusals,
  },
})
