import { z } from "zod"
import { EndpointProtocol } from "../resources/endpoint.ts"
import { Exposure } from "../settings/schema.ts"
import { CertificateReport } from "./certificate-report.ts"
import { Condition } from "./condition.ts"
import { DnsRecord } from "./dns-record.ts"
import { HostReport } from "./host-report.ts"
import { EndpointState } from "./state.ts"

/** What is known of one declared endpoint: judged from objects and probes, stored, and answered by `/info`. */
export const EndpointReport = z.object({
  url: z
    .string()
    .nullable()
    .describe("What a caller should use now: the first custom host that was ever ready, else the provider's."),
  host: z.string().nullable(),
  protocol: EndpointProtocol,
  port: z.int().min(1).max(65535),
  wildcardHost: z.string().nullable().describe("`*.host` where wildcard subdomains reach the endpoint too."),
  providerUrl: z.string().nullable().describe("The platform's own name; null where there is none."),
  customUrl: z.string().nullable().describe("The first custom host's."),
  front: z.string().describe("What serves it, for example `aws.http-api`."),
  exposure: Exposure,
  scope: z.string().optional().describe("Where the exposure ends, when that is narrower than the word says."),
  limits: z.object({ requestSeconds: z.number().optional() }).optional(),
  state: EndpointState.describe("The worst of its hosts'."),
  conditions: z.array(Condition).describe("One per type that applies, in order: the worst of its hosts'."),
  dnsRecords: z.array(DnsRecord),
  hosts: z.array(HostReport),
  certificate: CertificateReport.nullable().describe("Of the host that callers use, as the last probe saw it."),
  unmanagedHosts: z.array(z.string()).describe("Entries of others in objects that serve this endpoint."),
  everReady: z.boolean().describe("One of its hosts was ready at least once."),
})
export type EndpointReport = z.output<typeof EndpointReport>
