import { DeleteAction, DeploymentStatus } from "@alienplatform/core"
import { z } from "@hono/zod-openapi"
import { ErrorBody } from "./error-body.ts"
import { PlatformName, Time } from "./values.ts"

/** `value` of a secret is never answered, and that of a plain one to admins alone. */
export const EnvironmentVariable = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^(?!__proto__$)(?!ALIEN_)[A-Za-z_][A-Za-z0-9_]{0,254}$/,
        "has to be a name of letters, digits and _, not starting with ALIEN_",
      ),
    // The pattern is JSON Schema's way to say "no NUL"; the message never shows the value, which may be a secret.
    value: z
      .string()
      .max(32_768)
      .regex(/^[^\0]*$/, { error: "must not contain a NUL character" }),
    type: z.enum(["plain", "secret"]),
    /** Resource ids; absent = every resource. */
    targetResources: z.array(z.string().min(1).max(64)).min(1).nullish(),
  })
  .openapi("EnvironmentVariable")
export type EnvironmentVariable = z.infer<typeof EnvironmentVariable>

/** As it is answered: the value of a secret is null, and so is every value for whoever is no admin. */
const StoredVariable = EnvironmentVariable.extend({ value: z.string().nullable() }).openapi("StoredEnvironmentVariable")

/** Validated by the manager against /v1/schemas/stack-settings. */
export const StackSettingsJson = z.record(z.string(), z.unknown()).openapi("StackSettings")

/** An object that a deletion has not taken away yet. */
export const LeftObject = z
  .object({
    /** Which object of the deployment it is: `resource/role`. */
    node: z.string(),
    /** `cloud.service.Object` */
    type: z.string(),
    /** Its address in the customer's environment; null while it is not known. */
    id: z.string().nullable(),
    name: z.string(),
    /** Why it is still there, where that is known. */
    why: z.object({ code: z.string(), message: z.string(), fix: z.string().optional() }).optional(),
  })
  .openapi("LeftObject")
export type LeftObject = z.infer<typeof LeftObject>

export const DeploymentResponse = z
  .object({
    id: z.string(),
    name: z.string(),
    platform: PlatformName,
    status: DeploymentStatus,
    workspaceId: z.string(),
    projectId: z.string(),
    deploymentGroupId: z.string(),
    deploymentGroup: z.object({ id: z.string(), name: z.string() }).nullish(),
    deploymentProtocolVersion: z.int(),
    retryRequested: z.boolean(),
    /** The last release that was installed whole. */
    currentReleaseId: z.string().nullish(),
    /** What is asked for; null follows the newest release of its stack on the platform. */
    desiredReleaseId: z.string().nullish(),
    /** The one that was installed whole before the current one; what a rollback goes back to. */
    previousReleaseId: z.string().nullish(),
    stackSettings: z.unknown(),
    environmentVariables: z.array(StoredVariable),
    error: ErrorBody.nullish(),
    createdAt: Time,
    updatedAt: Time.nullish(),
    /** Starts every name given to an object in the customer's environment. */
    resourcePrefix: z.string(),
    target: z.unknown(),
    /** Nothing runs until it is redeployed. */
    hold: z.boolean(),
    /** Grows with every change that is asked for. */
    generation: z.int(),
    /** The generation that the last complete run worked on. */
    observedGeneration: z.int(),
    deleteAction: DeleteAction.nullish(),
    /** Once deletion was asked for: what is left. A deployment is `deleted` while objects that go slowly are still here. */
    cleanup: z.array(LeftObject).optional(),
  })
  .openapi("DeploymentResponse")
export type DeploymentResponse = z.infer<typeof DeploymentResponse>
