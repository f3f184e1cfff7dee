import type { DeploymentInfoResponse } from "@alienplatform/api/client"

type Info = DeploymentInfoResponse
type Status = NonNullable<Info["resources"][string]["endpoints"]>[string]
export type Condition = Status["conditions"][number]
export type DnsRecord = Status["dnsRecords"][number]

/** One declared endpoint of a deployment, as the commands show it. */
export interface EndpointView {
  resource: string
  endpoint: string
  protocol: "http" | "tcp" | undefined
  state: Status["state"]
  /** URL of the endpoint; undefined until its host is known. */
  url: string | undefined
  conditions: readonly Condition[]
  dnsRecords: readonly DnsRecord[]
  connect: ConnectHint | undefined
}

/** How a client that cannot resolve the host of `url` can connect all the same. */
export interface ConnectHint {
  address: string
  port: number
  /** Path of a PEM file with an authority to trust beside the system's. */
  certificateAuthorityFile?: string | undefined
}

/** All endpoints of a deployment, in declared order. */
export const endpointsOf = (info: Info): EndpointView[] =>
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
        connect: connectHint(status.hosts.find((host) => host.host === known?.host)?.connect),
      }
    }),
  )

/** Conditions that keep an endpoint from being ready. */
export const openConditions = (view: EndpointView): Condition[] =>
  view.conditions.filter(({ status }) => status === "waiting" || status === "failed")

/** What an endpoint waits for, in a few words. */
export function waitsFor(view: EndpointView): string {
  if (view.state === "ready") return ""
  const said = openConditions(view).map(({ type, code, on }) => `${code ?? type}${on ? ` (${on})` : ""}`)
  return [...new Set(said)].join(", ")
}

/** Reads `connect`, whose members the API does not fix; undefined where they are unknown. */
function connectHint(value: unknown): ConnectHint | undefined {
  if (typeof value !== "object" || value === null) return undefined
  const { address, port, certificateAuthorityFile } = value as Record<string, unknown>
  if (typeof address !== "string" || typeof port !== "number") return undefined
  return {
    address,
    port,
    ...(typeof certificateAuthorityFile === "string" ? { certificateAuthorityFile } : {}),
  }
}
