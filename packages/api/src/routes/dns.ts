import { DnsRecord } from "@alienplatform/core"
import { createRoute, z } from "@hono/zod-openapi"
import { bearer, jsonAnswer, refusals, tokenRefusals } from "../answers.ts"
import { DeploymentParams } from "../values.ts"

export const DnsQuery = z.object({
  /** zone: RFC 1035 master file lines. text: sentences for a ticket. */
  format: z.enum(["json", "zone", "text"]).default("json"),
})

export const DnsResponse = z
  .object({
    /** What the customer has to create, with the endpoint that needs it. */
    records: z.array(DnsRecord.extend({ resource: z.string(), endpoint: z.string() })),
  })
  .openapi("DnsResponse")

/** Everything that the customer's DNS team has to create, of all endpoints. */
export const dns = createRoute({
  method: "get",
  path: "/v1/deployments/{id}/dns",
  operationId: "dns",
  security: bearer,
  request: { params: DeploymentParams, query: DnsQuery },
  responses: {
    200: {
      description: "The records, in the format that was asked for",
      content: { ...jsonAnswer("", DnsResponse).content, "text/plain": { schema: z.string() } },
    },
    400: refusals[400],
    404: refusals[404],
    ...tokenRefusals,
  },
})
