import type { DeploymentInfoResponse, EndpointStatus, PublicEndpoint, ResourceEntry } from "@alienplatform/api"
import type { EndpointReport } from "@alienplatform/endpoints"
import { isRecentDrift } from "@alienplatform/engine"
import type { Deployment, EndpointRow } from "@alienplatform/store"
import type { z } from "zod"
import type { DeclaredResource } from "../declared.ts"
import type { View } from "../http/view.ts"
import { deploymentJson } from "./deployment-json.ts"

export interface InfoOf {
  deployment: Deployment
  /** Of today's release. */
  resources: readonly DeclaredResource[]
  /** What is stored about their endpoints. */
  rows: readonly EndpointRow[]
  /** Where the manager is reached. */
  url: string
  now: number
}

export function infoJson({ deployment, resources, rows, url, now }: InfoOf, view: View): DeploymentInfoResponse {
  const reports = new Map(
    rows.map((row) => [`${row.resource}/${row.endpoint}`, view.endpoint(row.body as unknown as EndpointReport)]),
  )
  const { platform, status, generation, observedGeneration, error } = deploymentJson(deployment, view)
  return {
    commands: { url, deploymentId: deployment.id },
    platform,
    status,
    generation,
    observedGeneration,
    error: error ?? null,
    resources: Object.fromEntries(
      resources.map((resource) => [
        resource.id,
        entry(resource, (endpoint) => reports.get(`${resource.id}/${endpoint}`)),
      ]),
    ),
    drift: deployment.drift
      .filter((found) => isRecentDrift(found, now))
      .map(view.drift)
      .map(({ at, ...found }) => ({ ...found, at: new Date(at).toISOString() })),
  }
}

function entry(
  { type, endpoints }: DeclaredResource,
  reportOf: (endpoint: string) => EndpointReport | undefined,
): ResourceEntry {
  if (endpoints.length === 0) return { resourceType: type }
  const first = endpoints.find(({ protocol }) => protocol === "http")
  return {
    resourceType: type,
    publicUrl: (first && reportOf(first.name)?.url) ?? null,
    publicEndpoints: Object.fromEntries(
      endpoints.flatMap(({ name }) => {
        const output = publicEndpoint(reportOf(name))
        return output ? [[name, output]] : []
      }),
    ),
    endpoints: Object.fromEntries(endpoints.map(({ name }) => [name, endpointStatus(reportOf(name))])),
  }
}

function publicEndpoint(report: EndpointReport | undefined): PublicEndpoint | undefined {
  if (!report || report.url === null || report.host === null) return undefined
  const { url, host, protocol, port, wildcardHost, providerUrl, customUrl, front, exposure, scope, limits } = report
  return {
    ...{ url, host, protocol, port, wildcardHost, loadBalancerEndpoint: null, providerUrl, customUrl, front, exposure },
    ...(scope === undefined ? {} : { scope }),
    ...(limits === undefined ? {} : { limits }),
  }
}

/** Before the first run nothing is known, and that is said. */
const UNKNOWN: z.infer<typeof EndpointStatus> = {
  state: "provisioning",
  conditions: [],
  dnsRecords: [],
  hosts: [],
  certificate: null,
  unmanagedHosts: [],
}

function endpointStatus(report: EndpointReport | undefined): z.infer<typeof EndpointStatus> {
  if (!report) return UNKNOWN
  const { state, conditions, dnsRecords, hosts, certificate, unmanagedHosts } = report
  return {
    state,
    conditions: conditions.map((condition) => ({ ...condition })),
    dnsRecords: dnsRecords.map((record) => ({ ...record })),
    hosts: hosts.map((host) => ({ ...host })),
    certificate,
    unmanagedHosts,
  }
}
