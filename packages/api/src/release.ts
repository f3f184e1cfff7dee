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

/** The image that images of a release are built on. */
export const BaseImage = z
  .strictObject({
    /** As it was configured, in full: `docker.io/library/node:24-slim`. */
    reference: z.string().min(1).max(512),
    /** What it meant when the release was made. */
    digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  })
  .openapi("BaseImage")

export const ReleaseResponse = z
  .object({
    id: z.string(),
    workspaceId: z.string(),
    projectId: z.string(),
    /** `null` of each platform once the release is removed. */
    stack: StackByPlatform,
    platforms: z.array(z.string()),
    gitMetadata: GitMetadata.nullish(),
    /** Absent where none was named. */
    baseImage: BaseImage.nullish(),
    /** Never the newest and never followed, until a deployment that runs asks for it. */
    draft: z.boolean(),
    createdAt: Time,
    /** Since then newer releases of its stack stand in its place, and it cannot be installed. */
    removedAt: Time.nullable(),
  })
  .openapi("ReleaseResponse")
export type ReleaseResponse = z.infer<typeof ReleaseResponse>
