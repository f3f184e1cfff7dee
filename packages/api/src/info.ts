import { z } from "@hono/zod-openapi"
import { DeploymentStatus } from "./deployment.ts"
import { ErrorBody } from "./error-body.ts"
import { PlatformName, Time } from "./values.ts"

export const EndpointState = z.enum(["provisioning", "ready", "waiting", "failed", "deleting"])

/** A named check of an endpoint: status, stable `code`, who must act (`on`). */
export const Condition = z
  .looseObject({
    type: z.string(),
    /** unverified: cannot be seen from the manager; does not hold back `ready`. */
    status: z.enum(["ok", "waiting", "failed", "unverified"]),
    on: z.string().nullish(),
    code: z.string().nullish(),
    message: z.string().nullish(),
    expected: z.unknown().optional(),
    observed: z.unknown().optional(),
    fix: z.string().nullish(),
    /** ISO 8601 or null. */
    since: z.union([z.string(), z.number()]).nullish(),
    observedGeneration: z.int().nullish(),
  })
  .openapi("Condition")

/** What the customer has to create in DNS. */
export const DnsRecord = z
  .looseObject({
    type: z.string(),
    name: z.string(),
    value: z.string(),
    purpose: z.string().nullish(),
    status: z.string().nullish(),
  })
  .openapi("DnsRecord")

/** One DNS name that serves an endpoint, with its own state. */
export const HostReport = z
  .looseObject({ host: z.string().nullish(), state: z.string().nullish() })
  .openapi("HostReport")

/** Every declared endpoint has one from the first second. */
export const EndpointStatus = z
  .looseObject({
    state: EndpointState,
    conditions: z.array(Condition),
    dnsRecords: z.array(DnsRecord),
    hosts: z.array(HostReport),
    /** The leaf that a probe was shown and verified; null until then. */
    certificate: z.unknown().optional(),
    unmanagedHosts: z.array(z.string()),
  })
  .openapi("EndpointStatus")

/** Present once its host is known. */
export const PublicEndpoint = z
  .looseObject({
    /** What a caller should use now. */
    url: z.string(),
    host: z.string(),
    protocol: z.enum(["http", "tcp"]),
    port: z.int().min(1).max(65535),
    wildcardHost: z.string().nullish(),
    loadBalancerEndpoint: z.object({ dnsName: z.string(), hostedZoneId: z.string().nullish() }).nullish(),
    /** The platform's own name; null where there is none. */
    providerUrl: z.string().nullish(),
    /** The first custom host's. */
    customUrl: z.string().nullish(),
    /** What serves it, for example `aws.http-api`. */
    front: z.string(),
    exposure: z.enum(["internet", "network", "services"]),
    /** Where the exposure ends, when narrower than the word says. */
    scope: z.string().nullish(),
    limits: z.object({ requestSeconds: z.number().nullish() }).nullish(),
  })
  .openapi("PublicEndpointOutput")
export type PublicEndpoint = z.infer<typeof PublicEndpoint>

/** A resource without endpoints has only its type. */
export const ResourceEntry = z
  .object({
    resourceType: z.string(),
    /** `url` of the first http endpoint. */
    publicUrl: z.string().nullish(),
    /** By declared name. */
    publicEndpoints: z.record(z.string(), PublicEndpoint).optional(),
    /** By declared name. */
    endpoints: z.record(z.string(), EndpointStatus).optional(),
  })
  .openapi("ResourceEntry")
export type ResourceEntry = z.infer<typeof ResourceEntry>

/** What somebody else changed of one of our objects, and the manager changed back. */
export const DriftReport = z
  .object({
    /** Node of the deployment's plan. */
    node: z.string(),
    /** When it was found. */
    at: Time,
    /** Values as text; shown to admins alone, and absent where there was none to see. */
    fields: z.array(z.object({ field: z.string(), expected: z.string().optional(), observed: z.string().optional() })),
  })
  .openapi("DriftReport")
export type DriftReport = z.infer<typeof DriftReport>

export const DeploymentInfoResponse = z
  .object({
    commands: z.object({ url: z.string(), deploymentId: z.string() }),
    platform: PlatformName,
    status: DeploymentStatus,
    generation: z.int(),
    observedGeneration: z.int(),
    error: ErrorBody.nullish(),
    /** By resource id. */
    resources: z.record(z.string(), ResourceEntry),
    /** Of the last seven days, by node; absent from answers of older managers. */
    drift: z.array(DriftReport).optional(),
  })
  .openapi("DeploymentInfoResponse")
export type DeploymentInfoResponse = z.infer<typeof DeploymentInfoResponse>
