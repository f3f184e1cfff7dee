import type { ResourceConfig, ResourceType } from "./config.ts"
import type { EndpointProtocol } from "./endpoint.ts"
import type { Resource } from "./resource.ts"

/** A public endpoint of any resource, in one shape. */
export interface DeclaredEndpoint {
  name: string
  protocol: EndpointProtocol
  hostLabel?: string
  /** Where a Container or Daemon listens; Workers and Functions have none. */
  port?: number
  /** Response streaming was asked for; only Workers and Functions can. */
  streaming: boolean
  wildcardSubdomains: boolean
}

/** In declared order; the first one is the resource's own. */
export function endpointsOf(config: ResourceConfig): DeclaredEndpoint[] {
  return config.publicEndpoints.map((endpoint) => ({
    name: endpoint.name,
    protocol: "protocol" in endpoint ? endpoint.protocol : "http",
    ...(endpoint.hostLabel === undefined ? {} : { hostLabel: endpoint.hostLabel }),
    ...("port" in endpoint ? { port: endpoint.port } : {}),
    streaming: "streaming" in endpoint && endpoint.streaming,
    wildcardSubdomains: endpoint.wildcardSubdomains,
  }))
}

export const resourceTypeOf = (resource: ResourceConfig | Resource): ResourceType =>
  "config" in resource ? resource.config.type : resource.type

/** How many replicas a Container has; one when nothing was said. */
export function replicasOf({
  replicas = 1,
  autoscaling,
}: Pick<Extract<ResourceConfig, { type: "container" }>, "replicas" | "autoscaling">): {
  min: number
  desired: number
  max: number
} {
  if (!autoscaling) return { min: replicas, desired: replicas, max: replicas }
  return { min: autoscaling.min, desired: autoscaling.desired ?? autoscaling.min, max: autoscaling.max }
}
