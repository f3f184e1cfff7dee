import type { DeploymentInfoResponse, EndpointStatus, PublicEndpoint, ResourceEntry } from "@alienplatform/api"
import { type EndpointReport, publicUrlEndpoint } from "@alienplatform/core"
import { isRecentDrift, type ReplicaReport } from "@alienplatform/engine"
import type { Deployment, EndpointRow } from "@alienplatform/store"
import type { DeclaredResource } from "../release/declared.ts"
import { deploymentJson } from "./deployment-json.ts"
import type { View } from "./view.ts"

export interface InfoOf {
  deployment: Deployment
  /** Resources of the release that is desired now. */
  resources: readonly DeclaredResource[]
  /** What is stored about their endpoints. */
  rows: readonly EndpointRow[]
  /** How its workloads fare now; undefined where the platform cannot tell. */
  replicas?: readonly ReplicaReport[] | undefined
  /** Where the manager is reached. */
  url: string
  now: number
}

export function infoJson(
  { deployment, resources, rows, replicas, url, now }: InfoOf,
  view: View,
): DeploymentInfoResponse {
  const reports = new Map(
    rows.map(({ resource, endpoint, report }) => [`${resource}/${endpoint}`, view.endpoint(report)]),
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
        {
          ...entry(resource, (endpoint) => reports.get(`${resource.id}/${endpoint}`)),
          ...replicasOf(resource.id, replicas),
        },
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
  const shown = publicUrlEndpoint(endpoints)
  return {
    resourceType: type,
    publicUrl: (shown && reportOf(shown.name)?.url) ?? null,
    publicEndpoints: Object.fromEntries(
      endpoints.flatMap(({ name }) => {
        const output = publicEndpoint(reportOf(name))
        return output ? [[name, output]] : []
      }),
    ),
    endpoints: Object.fromEntries(endpoints.map(({ name }) => [name, endpointStatus(reportOf(name))])),
  }
}

function replicasOf(id: string, replicas: readonly ReplicaReport[] = []): Pick<ResourceEntry, "replicas"> {
  const own = replicas.filter(({ resource }) => resource === id.toLowerCase())
  if (own.length === 0) return {}
  return {
    replicas: own.map(({ replica, restarts, lastExit, crashLoop }) => ({
      ...{ replica, restarts, crashLoop },
      lastExit: lastExit && { ...lastExit, at: new Date(lastExit.at).toISOString() },
    })),
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
const UNKNOWN: EndpointStatus = {
  state: "provisioning",
  conditions: [],
  dnsRecords: [],
  hosts: [],
  certificate: null,
  unmanagedHosts: [],
}

function endpointStatus(report: EndpointReport | undefined): EndpointStatus {
  if (!report) return UNKNOWN
  const { state, conditions, dnsRecords, hosts, certificate, unmanagedHosts } = report
  return { state, conditions, dnsRecords, hosts, certificate, unmanagedHosts }
}
