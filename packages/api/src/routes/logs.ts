import { createRoute, z } from "@hono/zod-openapi"
import { bearer, refusals, tokenRefusals } from "../answers.ts"
import { DeploymentParams, Time } from "../values.ts"

export const LogsQuery = z.object({
  /** Default: all resources. */
  resource: z.string().min(1).max(64).optional(),
  /**
   * Cursor of an earlier answer: what came after it, oldest first. Absent: the newest `limit` lines. In a JSON document: a
   * time (RFC 3339), of the newest `limit` lines those from then on.
   */
  since: z.string().min(1).max(4096).optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(200),
  /** `true`: with the requests that the gateway answered. */
  access: z.enum(["true", "false"]).default("false"),
})

/** One line of output. Lines of a workload are in order; those of different ones are merged by time. */
export const LogEntry = z
  .object({
    time: Time,
    resource: z.string(),
    /** From 1. */
    replica: z.int(),
    /** Grows with every new version of the program. */
    incarnation: z.int(),
    /** access: a request that was answered for an endpoint. platform: what the platform says of the workload, as that it exited. */
    stream: z.enum(["stdout", "stderr", "access", "platform"]),
    line: z.string(),
  })
  .openapi("LogEntry")
export type LogEntry = z.infer<typeof LogEntry>

/** A line as published clients read it. */
export const RecentLogEntry = z
  .object({
    timestamp: Time,
    /** ERROR for what was written to standard error. */
    severity: z.enum(["INFO", "ERROR"]),
    resource: z.string(),
    message: z.string(),
    attributes: z.object({ stream: z.string(), replica: z.string(), incarnation: z.string() }),
  })
  .openapi("RecentLogEntry")
export type RecentLogEntry = z.infer<typeof RecentLogEntry>

/** Oldest first. */
export const RecentLogsResponse = z.object({ items: z.array(RecentLogEntry) }).openapi("RecentLogsResponse")

/** Response header with the cursor at which the next request goes on. */
export const LOG_CURSOR_HEADER = "x-next-cursor"

/** Lines that workloads wrote, asked of the platform itself; reading them makes the manager look at the endpoints more often for 30 s. */
export const logs = createRoute({
  method: "get",
  path: "/v1/deployments/{id}/logs",
  operationId: "logs",
  security: bearer,
  request: { params: DeploymentParams, query: LogsQuery },
  responses: {
    200: {
      description:
        "One LogEntry per line, and the header x-next-cursor says where to go on; one document to who accepts application/json",
      content: {
        "application/x-ndjson": { schema: LogEntry },
        "application/json": { schema: RecentLogsResponse },
      },
      headers: { [LOG_CURSOR_HEADER]: { schema: { type: "string" } } },
    },
    400: refusals[400],
    404: refusals[404],
    422: refusals[422],
    ...tokenRefusals,
  },
})
