import { DeploymentStatus, EndpointReport } from "@alienplatform/core"
import { z } from "@hono/zod-openapi"
import { ErrorBody } from "./error-body.ts"
import { PlatformName, Time } from "./values.ts"

/** Every declared endpoint has one from the first second. */
export const EndpointStatus = EndpointReport.pick({
  state: true,
  conditions: true,
  dnsRecords: true,
  hosts: true,
  certificate: true,
  unmanagedHosts: true,
}).meta({ id: "EndpointStatus" })
export type EndpointStatus = z.infer<typeof EndpointStatus>

/** How an endpoint is called; present once its host is known. */
export const PublicEndpoint = EndpointReport.pick({
  protocol: true,
  port: true,
  wildcardHost: true,
  providerUrl: true,
  customUrl: true,
  front: true,
  exposure: true,
  scope: true,
  limits: true,
})
  .extend({
    url: z.string().describe("What a caller should use now."),
    host: z.string(),
    loadBalancerEndpoint: z.object({ dnsName: z.string(), hostedZoneId: z.string().nullish() }).nullish(),
  })
  .meta({ id: "PublicEndpointOutput" })
export type PublicEndpoint = z.infer<typeof PublicEndpoint>

/** How one replica of a workload fares now. */
export const Replica = z
  .object({
    /** From 1. */
    replica: z.int(),
    restarts: z.int().describe("Exits since its version was started that nobody asked for."),
    lastExit: z
      .object({
        code: z.int().nullable().describe("null: it was ended by a signal, or could not be started."),
        signal: z.string().nullable(),
        at: Time,
      })
      .nullable()
      .describe("The last of them."),
    crashLoop: z.boolean().describe("It exits again and again, whatever it does at this moment."),
  })
  .openapi("Replica")
export type Replica = z.infer<typeof Replica>

/** A resource without endpoints has only its type and its replicas. */
export const ResourceEntry = z
  .object({
    resourceType: z.string(),
    /** `url` of the http endpoint that is named `api`, else of the first by name. */
    publicUrl: z.string().nullish(),
    /** By declared name. */
    publicEndpoints: z.record(z.string(), PublicEndpoint).optional(),
    /** By declared name. */
    endpoints: z.record(z.string(), EndpointStatus).optional(),
    /** Absent where the platform cannot tell, and from answers of older managers. */
    replicas: z.array(Replica).optional(),
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
    /** Drift of the last seven days, by node; absent from answers of older managers. */
    drift: z.array(DriftReport).optional(),
  })
  .openapi("DeploymentInfoResponse")
export type DeploymentInfoResponse = z.infer<typeof DeploymentInfoResponse>
