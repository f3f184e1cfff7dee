import { z } from "@hono/zod-openapi"
import { Time } from "./values.ts"

/** admin: everything. customer: one deployment, to read it without values of variables, to choose its settings and to plan; never to delete. */
export const TokenRole = z.enum(["admin", "customer"]).openapi("TokenRole")
export type TokenRole = z.infer<typeof TokenRole>

/** What is known of a token; never the token itself. */
export const TokenResponse = z
  .object({
    /** `tok_…`, the token's public name. */
    id: z.string(),
    role: TokenRole,
    /** The role, under the name that published clients read. */
    tokenType: TokenRole,
    /** How the token starts, up to its random part. */
    keyPrefix: z.string(),
    /** The only deployment that it is good for; null for an admin. */
    deploymentId: z.string().nullable(),
    description: z.string(),
    createdAt: Time,
    revokedAt: Time.nullable(),
  })
  .openapi("TokenResponse")
export type TokenResponse = z.infer<typeof TokenResponse>
