import { z } from "zod"
import { ResourceConfig } from "../resources/config.ts"
import { ProfileName, ResourceId, ResourceRef, StackId } from "../resources/names.ts"
import { ENTRY_NO_OPS, STACK_NO_OPS } from "../resources/no-ops.ts"
import { NO_ITEMS, notBuilt } from "../validation/not-built.ts"

/** How a resource changes. live: with every release. frozen: created once, then only observed. */
export const Lifecycle = z.enum(["live", "frozen"])
export type Lifecycle = z.output<typeof Lifecycle>

/** Platforms of the manager's API; not all of them can be deployed to. */
export const PlatformName = z.enum(["aws", "gcp", "azure", "kubernetes", "machines", "local", "test"])
export type PlatformName = z.output<typeof PlatformName>

export const StackResource = z.strictObject({
  config: ResourceConfig,
  lifecycle: Lifecycle,
  dependencies: z.array(ResourceRef).default([]).describe("Resources that must be there before, beside the links."),
  ...ENTRY_NO_OPS,
})
export type StackResource = z.output<typeof StackResource>

const Grants = z.array(z.unknown()).refine((grants) => grants.length === 0, {
  error: "permission sets are for resources that are not supported yet; leave the list empty",
  params: { code: "not_supported" },
})

/** Permission profiles by name. They cannot grant anything yet. */
export const StackPermissions = z.strictObject({
  profiles: z.record(ProfileName, z.record(z.string(), Grants)),
  management: notBuilt(z.union([z.literal("auto"), z.strictObject({ extend: z.record(z.string(), NO_ITEMS) })]), {
    code: "not_supported",
    message: `must be "auto": what the manager may do follows from the stack`,
  }).optional(),
})

/** A stack as JSON: what `Stack.build()` returns and a release contains. */
export const StackConfig = z.strictObject({
  id: StackId,
  resources: z.record(ResourceId, StackResource),
  supportedPlatforms: z.array(PlatformName).min(1).optional().describe("Default: all."),
  permissions: StackPermissions.optional(),
  ...STACK_NO_OPS,
})
export type StackConfig = z.output<typeof StackConfig>
