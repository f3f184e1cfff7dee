import type { DeploymentInfoResponse } from "@alienplatform/api/client"
import type {
  Condition,
  ConnectHint,
  DnsRecord,
  EndpointProtocol,
  EndpointState,
  HostReport,
} from "@alienplatform/core"

/** One declared endpoint of a deployment, as the commands show it. */
export interface EndpointView {
  resource: string
  endpoint: string
  protocol: EndpointProtocol | undefined
  state: EndpointState
  /** URL of the endpoint; undefined until its host is known. */
  url: string | undefined
  conditions: readonly Condition[]
  dnsRecords: readonly DnsRecord[]
  /** How a client that cannot resolve the host of `url` gets there all the same. */
  connect: ConnectHint | undefined
  /** Every host that serves it. */
  hosts: readonly HostReport[]
  /** `*.hooks.example.com`, where every name under its host leads here too. */
  wildcardHost: string | undefined
}

/** All endpoints of a deployment, in declared order. */
export const endpointsOf = (info: DeploymentInfoResponse): EndpointView[] =>
  Object.entries(info.resources).flatMap(([resource, entry]) =>
    Object.entries(entry.endpoints ?? {}).map(([endpoint, status]) => {
      const known = entry.publicEndpoints?.[endpoint]
      return {
        resource,
        endpoint,
        protocol: known?.protocol,
        state: status.state,
        url: known?.url,
        conditions: status.conditions,
        dnsRecords: status.dnsRecords,
        connect: status.hosts.find((host) => host.host === known?.host)?.connect,
        hosts: status.hosts,
        wildcardHost: known?.wildcardHost ?? undefined,
      }
    }),
  )

/** Conditions that keep an endpoint from being ready. */
export const openConditions = (view: EndpointView): Condition[] =>
  view.conditions.filter(({ status }) => status === "waiting" || status === "failed")

/** What somebody has to look at although it serves. */
export const noticedConditions = (view: EndpointView): Condition[] =>
  view.conditions.filter(({ status, on, code }) => status === "ok" && code !== null && on === "vendor")

/** What an endpoint waits for, in a few words. */
export function waitsFor(view: EndpointView): string {
  if (view.state === "ready") return ""
  const said = openConditions(view).map(({ type, code, on }) => `${code ?? type}${on ? ` (${on})` : ""}`)
  return [...new Set(said)].join(", ")
}
