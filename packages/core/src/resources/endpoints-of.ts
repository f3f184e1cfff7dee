import type { ResourceConfig, ResourceType } from "./config.ts"
import type { EndpointProtocol } from "./endpoint.ts"
import type { Resource } from "./resource.ts"

/** A public endpoint of any resource, in one shape. */
export interface DeclaredEndpoint {
  name: string
  protocol: EndpointProtocol
  hostLabel?: string
  /** Port on which a Container or Daemon listens; absent for Workers and Functions. */
  port?: number
  /** True where response streaming was asked for, which only Workers and Functions can. */
  streaming: boolean
  wildcardSubdomains: boolean
}

/** Public endpoints of a resource in declared order; the first one stands for the resource. */
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

/**
 * The http endpoint whose URL is a resource's `publicUrl`: the one that is named `api`, else the first by name, as published clients
 * expect it; undefined where there is none.
 */
export const publicUrlEndpoint = <E extends Pick<DeclaredEndpoint, "name" | "protocol">>(
  endpoints: readonly E[],
): E | undefined => {
  const http = endpoints.filter(({ protocol }) => protocol === "http")
  return http.find(({ name }) => name === "api") ?? http.toSorted((a, b) => (a.name < b.name ? -1 : 1))[0]
}

export const resourceTypeOf = (resource: ResourceConfig | Resource): ResourceType =>
  "config" in resource ? resource.config.type : resource.type

/** Replicas of a Container: minimum, desired and maximum; 1 by default. */
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
