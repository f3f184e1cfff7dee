/**
 * Members that the published builders write into every stack, or may, and that are not built here. The values below ask
 * for nothing, so they are taken, and a stack is the same with and without them; all others are refused (`not_supported`).
 */
import { z } from "zod"
import { droppedMember, NO_ITEMS, NO_MEMBERS, notBuilt } from "../validation/not-built.ts"
import { NOT_SUPPORTED } from "./not-supported.ts"

const noOpMember = (nothing: z.ZodType, instead: string) =>
  droppedMember(notBuilt(nothing, { code: "not_supported", message: instead }))

const NO = z.literal(false)

export const WORKER_NO_OPS = { ingress: noOpMember(z.literal("private"), NOT_SUPPORTED.ingress) }

const FUNCTION_INGRESS = `must be "public" or "private"; the network is the customer's choice, by the exposure in the stack settings`

export const FUNCTION_NO_OPS = {
  arcEnabled: noOpMember(NO, NOT_SUPPORTED.arcEnabled),
  // Says nothing beside the endpoint that `givenConfig` makes of it.
  ingress: noOpMember(z.enum(["public", "private"]), FUNCTION_INGRESS),
}

export const CONTAINER_NO_OPS = {
  stateful: noOpMember(NO, NOT_SUPPORTED.stateful),
  commandsEnabled: noOpMember(NO, NOT_SUPPORTED.commandsEnabled),
  kubernetesSecretMounts: noOpMember(NO_ITEMS, NOT_SUPPORTED.kubernetesSecretMounts),
  resourceChoices: noOpMember(NO_MEMBERS, NOT_SUPPORTED.resourceChoices),
}

export const DAEMON_NO_OPS = {
  runtime: noOpMember(
    z.strictObject({ privileged: NO.optional(), mounts: NO_ITEMS.optional() }),
    NOT_SUPPORTED.runtime,
  ),
}

/** No-op members of a resource's entry in the stack. */
export const ENTRY_NO_OPS = { remoteAccess: noOpMember(NO, NOT_SUPPORTED.remoteAccess) }

export const STACK_NO_OPS = {
  inputs: noOpMember(NO_ITEMS, NOT_SUPPORTED.inputs),
  dynamicContainerImageResources: noOpMember(NO_ITEMS, NOT_SUPPORTED.dynamicContainerImageResources),
  dynamicContainerRepositories: noOpMember(NO_ITEMS, NOT_SUPPORTED.dynamicContainerRepositories),
}
