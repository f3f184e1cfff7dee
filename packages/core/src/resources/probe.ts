import { z } from "zod"
import { shownValue } from "../validation/seen.ts"
import { Port } from "./names.ts"

export const HttpMethod = z.enum(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"])
export type HttpMethod = z.output<typeof HttpMethod>

/** Path and query of a request: starts with `/`, the characters of RFC 3986 without a fragment. */
const RequestPath = z
  .string()
  .max(2048)
  .regex(/^\/[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*$/, {
    error: ({ input }) => `must be a URL path that starts with /, is ${shownValue(input)}`,
  })

/** A request that a ready Worker answers with 2xx or 3xx. */
export const ReadinessProbe = z.strictObject({
  method: HttpMethod.default("GET"),
  path: RequestPath.default("/"),
})
export type ReadinessProbe = z.output<typeof ReadinessProbe>

/** A request that a healthy Container or Daemon answers with 2xx or 3xx. */
export const HealthCheck = z.strictObject({
  method: HttpMethod.default("GET"),
  path: RequestPath.default("/health"),
  port: Port.optional().describe("Default: the first public endpoint's port, else the first port."),
  timeoutSeconds: z.int().min(1).max(5).default(1),
  failureThreshold: z.int().min(1).max(10).default(3).describe("Failures in a row that make a replica unhealthy."),
})
export type HealthCheck = z.output<typeof HealthCheck>
