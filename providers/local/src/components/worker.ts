/**
 * Worker and Function: process → readiness → one certificate and route per endpoint.
 *
 * A new version's process starts beside the old one; the routes move to it when it answers, the old one goes then.
 */
import { join } from "node:path"
import {
  endpointSettingsOf,
  endpointsOf,
  type FunctionConfig,
  type ResourceConfig,
  type StackSettings,
  type WorkerConfig,
} from "@alienplatform/core"
import { defineComponent, type EndpointPlan, type ExpandArgs, type NodeHandle } from "@alienplatform/engine"
import type { LocalDeploymentContext } from "../deployment-context.ts"
import { authorityFingerprint, Certificate } from "../gateway/certificate.ts"
import { Route } from "../gateway/route.ts"
import { Process, type ProcessAttributes } from "../supervisor/process.ts"
import { Readiness, type ReadinessAttributes } from "../supervisor/readiness.ts"
import { injectedEnvironment } from "./bindings.ts"
import { hostOf } from "./hosts.ts"
import { refuseUnsupported } from "./not-supported.ts"

type HandlerConfig = WorkerConfig | FunctionConfig
type Args<R extends HandlerConfig> = ExpandArgs<R, StackSettings, LocalDeploymentContext>

/** SIGTERM to SIGKILL for a worker. */
const GRACE_SECONDS = 10

export const worker = defineComponent<WorkerConfig, StackSettings, LocalDeploymentContext>({
  resource: "worker",
  expand: (args) => expandHandler(args),
})

export const fn = defineComponent<FunctionConfig, StackSettings, LocalDeploymentContext>({
  resource: "function",
  expand: (args) => expandHandler(args),
})

function expandHandler<R extends HandlerConfig>(args: Args<R>): { endpoints: EndpointPlan[] } {
  const { graph, resource, deployment, settings } = args
  const resources = args.resources as Readonly<Record<string, ResourceConfig>>
  refuseUnsupported({ resource, resources, settings, deployment })
  const id = resource.id.toLowerCase()
  const artifact = artifactOf(resource)
  const process = graph.add(Process, `${id}/process`, {
    artifact,
    command: [...deployment.workerCommand, join(deployment.artifactsDirectory, artifact)],
    environment: resource.environment,
    injected: injectedEnvironment(resource, resources, deployment),
    ports: [["PORT"]],
    graceSeconds: GRACE_SECONDS,
  })
  const readiness = graph.add(Readiness, `${id}/readiness`, {
    ports: process.ref("ports"),
    object: process.ref("object"),
    ...(resource.readinessProbe ? { probe: resource.readinessProbe } : {}),
  })
  const endpoints = endpointsOf(resource).map(({ name }) => expandEndpoint(args, name, { process, readiness }))
  return { endpoints }
}

interface Behind {
  process: NodeHandle<ProcessAttributes>
  readiness: NodeHandle<ReadinessAttributes>
}

function expandEndpoint<R extends HandlerConfig>(
  { graph, resource, deployment, settings }: Args<R>,
  endpoint: string,
  { process, readiness }: Behind,
): EndpointPlan {
  const host = hostOf(resource, endpoint, deployment)
  const id = resource.id.toLowerCase()
  const { timeoutSeconds, concurrencyLimit, readinessProbe } = resource
  const certificate = graph.add(Certificate, `${id}/certificate/${host}`, {
    host,
    authority: authorityFingerprint(deployment.certificateAuthority),
    renewal: "current",
  })
  const route = graph.add(Route, `${id}/route/${host}`, {
    host,
    upstreams: readiness.ref("ports"),
    chainFile: certificate.ref("chainFile"),
    keyFile: certificate.ref("keyFile"),
    sha256: certificate.ref("sha256"),
    timeoutSeconds,
    ...(concurrencyLimit === undefined ? {} : { concurrencyLimit }),
    resource: resource.id,
    endpoint,
  })
  return {
    resource: resource.id,
    endpoint,
    protocol: "http",
    front: "local.gateway",
    exposure: endpointSettingsOf(settings, resource, endpoint).exposure,
    scope: "this machine",
    hosts: [
      {
        host,
        port: deployment.gatewayPort,
        kind: "provider",
        target: [process, readiness, certificate, route],
        probe: {
          connect: { address: "127.0.0.1", port: deployment.gatewayPort },
          method: readinessProbe?.method ?? "GET",
          path: readinessProbe?.path ?? "/",
          expect: readinessProbe ? "success" : "any-answer",
          certificateAuthority: deployment.certificateAuthority,
        },
      },
    ],
    limits: { requestSeconds: timeoutSeconds },
  }
}

/** `refuseUnsupported` let artifacts through only. */
const artifactOf = ({ code }: HandlerConfig): string => (code.type === "artifact" ? code.sha256 : "")
