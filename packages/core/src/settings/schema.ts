import { z } from "zod"
import { shownValue } from "../validation/seen.ts"
import { CustomCertificate } from "./certificate.ts"
import { domainName } from "./domain-name.ts"
import { NetworkSettings } from "./network.ts"
import { DOMAINS_NO_OPS, SETTINGS_NO_OPS } from "./no-ops.ts"

const EndpointKey = z.string().regex(/^(?!__proto__$)[A-Za-z0-9_-]{1,64}(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/, {
  error: ({ input }) => `the key must be RESOURCE or RESOURCE.ENDPOINT, is ${shownValue(input)}`,
})

/** A customer's domain name, and where its certificate is. */
export const CustomDomain = z.strictObject({ domain: domainName, certificate: CustomCertificate })
export type CustomDomain = z.output<typeof CustomDomain>

/**
 * Who can reach an endpoint. internet: everybody. network: the customer's network, by VPN or private DNS. services:
 * other services in the customer's environment.
 */
export const Exposure = z.enum(["internet", "network", "services"])
export type Exposure = z.output<typeof Exposure>

export const EndpointSettings = z.strictObject({
  exposure: Exposure.default("internet").describe("Who can reach it."),
  providerUrl: z
    .enum(["open", "close"])
    .optional()
    .describe("Whether the cloud's own name answers. Default: open for internet, close otherwise."),
  front: z.enum(["application-gateway"]).optional().describe("Azure: what serves it, where there is a choice."),
})
export type EndpointSettings = z.output<typeof EndpointSettings>

/** What the customer chooses for a deployment. */
export const StackSettings = z.strictObject({
  network: NetworkSettings.optional(),
  domains: z
    .strictObject({
      customDomains: z
        .record(EndpointKey, z.union([CustomDomain, z.array(CustomDomain).min(1).max(100)]))
        .optional()
        .describe("By RESOURCE (its first endpoint) or RESOURCE.ENDPOINT; of a list, the first is the customUrl."),
      ...DOMAINS_NO_OPS,
    })
    .optional(),
  endpoints: z.record(EndpointKey, EndpointSettings).optional().describe("By RESOURCE or RESOURCE.ENDPOINT."),
  updates: z
    .enum(["auto", "approval-required"])
    .default("auto")
    .describe("auto: follows the newest release. approval-required: only when somebody deploys."),
  ...SETTINGS_NO_OPS,
})
export type StackSettings = z.output<typeof StackSettings>
