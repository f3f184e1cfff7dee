import { z } from "@hono/zod-openapi"
import { PlatformName, Time } from "./values.ts"

/** Built stacks by platform, as @alienplatform/core declares them; their schema is at /v1/schemas/stack. */
export const StackByPlatform = z.partialRecord(PlatformName, z.unknown()).openapi("StackByPlatform")

const text = z.string().max(4096).nullish()
export const GitMetadata = z
  .strictObject({
    commitMessage: text,
    commitRef: text,
    commitSha: text,
    /** Files differed from that commit. */
    dirty: z.literal(true).nullish(),
  })
  .openapi("GitMetadata")

export const ReleaseResponse = z
  .object({
    id: z.string(),
    workspaceId: z.string(),
    projectId: z.string(),
    /** `null` of each platform once the release is removed. */
    stack: StackByPlatform,
    platforms: z.array(z.string()),
    gitMetadata: GitMetadata.nullish(),
    /** Never the newest and never followed, until a deployment that runs asks for it. */
    draft: z.boolean(),
    createdAt: Time,
    /** Since then newer releases of its stack stand in its place, and it cannot be installed. */
    removedAt: Time.nullable(),
  })
  .openapi("ReleaseResponse")
export type ReleaseResponse = z.infer<typeof ReleaseResponse>
