import { z } from "@hono/zod-openapi"

/** What every answer outside 2xx holds. */
export const ErrorBody = z
  .object({
    code: z.string().max(128).openapi({ example: "not_found" }),
    message: z.string().max(16384),
    /** True when the same request may succeed later without anybody acting. */
    retryable: z.boolean(),
    /** True for faults of the manager; the message then says nothing about them. */
    internal: z.boolean(),
    hint: z.string().nullish(),
    /** `violations` lists every mistake of a request as {path, code, message}. */
    context: z.unknown().optional(),
  })
  .openapi("AlienError")
export type ErrorBody = z.infer<typeof ErrorBody>
