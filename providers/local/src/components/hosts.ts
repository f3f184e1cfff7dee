import { dnsLabel, endpointsOf, type ResourceConfig, sha256Hex } from "@alienplatform/core"
import type { Graph } from "@alienplatform/engine"
import type { LocalDeploymentContext } from "../deployment-context.ts"
import { deploymentHost, tcpPortOf } from "./tcp-ports.ts"

export interface EndpointAddress {
  host: string
  url: string
}

/**
 * The host of an http endpoint: `{label}.{deployment}.localhost`. The label is the declared host label, else the resource's
 * id for its first endpoint, else `{endpoint}-{resource}`. The label `@` is the deployment's own name.
 */
export function hostOf(resource: ResourceConfig, endpoint: string, deployment: { name: string }): string {
  const declared = endpointsOf(resource)
  const label = declared.find(({ name }) => name === endpoint)?.hostLabel
  const suffix = deploymentHost(deployment)
  if (label === "@") return suffix
  return `${label ?? labelOf(declared[0]?.name === endpoint ? resource.id : `${endpoint}-${resource.id}`)}.${suffix}`
}

/** An id may start or end with a hyphen, a DNS label may not. */
const labelOf = (id: string): string => dnsLabel(id).replace(/^-+|-+$/g, "") || sha256Hex(id).slice(0, 8)

/** Addresses of all endpoints of a resource, by declared name, in declared order. */
export function addressesOf(
  resource: ResourceConfig,
  scope: { graph: Graph; deployment: LocalDeploymentContext },
): Record<string, EndpointAddress> {
  const { deployment } = scope
  return Object.fromEntries(
    endpointsOf(resource).map(({ name, protocol }) => {
      if (protocol === "tcp") {
        const tcpHost = deploymentHost(deployment)
        return [name, { host: tcpHost, url: `tcp://${tcpHost}:${tcpPortOf(resource, name, scope)}` }]
      }
      const host = hostOf(resource, name, deployment)
      return [name, { host, url: `https://${host}:${deployment.gatewayPort}` }]
    }),
  )
}
