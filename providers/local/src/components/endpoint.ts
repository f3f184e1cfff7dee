import { endpointSettingsOf, type ResourceConfig, type StackSettings } from "@alienplatform/core"
import type { EndpointPlan, Graph, NodeHandle, Predecessor } from "@alienplatform/engine"
import type { LocalDeploymentContext } from "../deployment-context.ts"
import { authorityFingerprint, Certificate } from "../gateway/certificate.ts"
import { Port } from "../gateway/port.ts"
import { Route } from "../gateway/route.ts"
import type { ProcessAttributes } from "../supervisor/process.ts"
import type { ReadinessAttributes } from "../supervisor/readiness.ts"
import { hostOf } from "./hosts.ts"
import { deploymentHost, tcpPortOf } from "./tcp-ports.ts"

export interface EndpointArgs {
  graph: Graph
  resource: ResourceConfig
  settings: StackSettings
  deployment: LocalDeploymentContext
  /** What its processes are made from, where that are nodes: it is told of before them. */
  sources?: readonly Predecessor[]
  /** One process and one gate per replica. */
  behind: { process: NodeHandle<ProcessAttributes>; gate: NodeHandle<ReadinessAttributes> }[]
  /** Declared name. */
  endpoint: string
  /** Index of its port in the ports of each process. */
  at: number
}

export interface HttpEndpoint extends EndpointArgs {
  /** 504 after so long without response headers. */
  timeoutSeconds: number
  concurrencyLimit?: number | undefined
  /** What a ready app answers with 2xx or 3xx; absent: any answer will do. */
  probe?: { method: string; path: string } | undefined
}

const LOOPBACK = "127.0.0.1"

/** A host of the gateway with a certificate of its own, served by all replicas in turn. */
export function expandHttpEndpoint(args: HttpEndpoint): EndpointPlan {
  const { graph, resource, deployment, endpoint, timeoutSeconds, concurrencyLimit, probe } = args
  const host = hostOf(resource, endpoint, deployment)
  const id = resource.id.toLowerCase()
  const certificate = graph.add(Certificate, `${id}/certificate/${host}`, {
    host,
    authority: authorityFingerprint(deployment.certificateAuthority),
    renewal: "current",
  })
  const route = graph.add(Route, `${id}/route/${host}`, {
    host,
    upstreams: upstreamsOf(args),
    chainFile: certificate.ref("chainFile"),
    keyFile: certificate.ref("keyFile"),
    sha256: certificate.ref("sha256"),
    timeoutSeconds,
    ...(concurrencyLimit === undefined ? {} : { concurrencyLimit }),
    deploymentName: deployment.name,
    resource: resource.id,
    endpoint,
  })
  return {
    ...planOf(args),
    protocol: "http",
    hosts: [
      {
        host,
        port: deployment.gatewayPort,
        kind: "provider",
        target: [...nodesOf(args), certificate, route],
        probe: {
          connect: { address: LOOPBACK, port: deployment.gatewayPort },
          method: probe?.method ?? "GET",
          path: probe?.path ?? "/",
          expect: probe ? "success" : "any-answer",
          certificateAuthority: deployment.certificateAuthority,
        },
      },
    ],
    limits: { requestSeconds: timeoutSeconds },
  }
}

/** A port of its own at the deployment's host; bytes are passed through. */
export function expandTcpEndpoint(args: EndpointArgs): EndpointPlan {
  const { graph, resource, deployment, endpoint } = args
  const port = tcpPortOf(resource, endpoint, args)
  const entry = graph.add(Port, `${resource.id.toLowerCase()}/port/${endpoint}`, {
    port,
    upstreams: upstreamsOf(args),
    deploymentName: deployment.name,
    resource: resource.id,
    endpoint,
  })
  return {
    ...planOf(args),
    protocol: "tcp",
    hosts: [
      {
        host: deploymentHost(deployment),
        port,
        kind: "provider",
        target: [...nodesOf(args), entry],
        probe: { kind: "tcp", connect: { address: LOOPBACK, port } },
      },
    ],
  }
}

const planOf = ({ resource, settings, endpoint }: EndpointArgs) =>
  ({
    resource: resource.id,
    endpoint,
    front: "local.gateway",
    exposure: endpointSettingsOf(settings, resource, endpoint).exposure,
    scope: "this machine",
  }) as const

const upstreamsOf = ({ behind, at }: EndpointArgs) => behind.map(({ gate }) => gate.ref(`port${at}`))

const nodesOf = ({ sources = [], behind }: EndpointArgs) => [
  ...sources,
  ...behind.flatMap(({ process, gate }) => [process, gate]),
]
