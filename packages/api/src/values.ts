import { z } from "@hono/zod-openapi"
import { PLATFORM_NAMES } from "./platform-names.ts"

export const PlatformName = z.enum(PLATFORM_NAMES).openapi("Platform")
export type PlatformName = z.infer<typeof PlatformName>

/** A field that the published contract requires and that has one value here. */
export const Default = z.literal("default", { error: 'has to be "default": there is only one' })

/** ISO 8601, UTC. */
export const Time = z.string().openapi({ format: "date-time" })

export const DeploymentParams = z.object({
  id: z
    .string()
    .min(1)
    .max(64)
    .openapi({ param: { name: "id", in: "path" }, example: "dep_2x7w9k4m8p1qz5rt" }),
})

/**
 * Query of a list. Without `limit` and `cursor` it is answered whole, for clients that know no pages; else in pages, and
 * `cursor` is the `nextCursor` of the page before.
 */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).optional(),
  cursor: z.string().min(1).max(256).optional(),
})
