import { z } from "zod"
import { Condition } from "./condition.ts"
import { EndpointState } from "./state.ts"

/** Where a client that cannot resolve a host connects to. */
export const ConnectHint = z.object({
  address: z.string(),
  port: z.int(),
  certificateAuthorityFile: z.string().optional().describe("Path of a PEM file to trust beside the system's."),
})
export type ConnectHint = z.output<typeof ConnectHint>

/** One DNS name that serves an endpoint. */
export const HostReport = z
  .object({
    host: z.string().nullable().describe("null until the cloud has given it."),
    url: z.string().nullable(),
    kind: z.enum(["provider", "custom"]),
    port: z.int(),
    state: EndpointState,
    conditions: z.array(Condition),
    connect: ConnectHint.optional().describe("How a client that cannot resolve the host gets there all the same."),
    everReady: z.boolean().describe("It was ready at least once."),
  })
  .meta({ id: "HostReport", description: "One DNS name that serves an endpoint, with its own state." })
export type HostReport = z.output<typeof HostReport>
