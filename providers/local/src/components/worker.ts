/**
 * Worker and Function: process → readiness → one certificate and route per endpoint.
 *
 * A new version's process starts beside the old one; the routes move to it when it answers, the old one goes then.
 */
import { join } from "node:path"
import {
  endpointsOf,
  type FunctionConfig,
  type ResourceConfig,
  type StackSettings,
  type WorkerConfig,
} from "@alienplatform/core"
import { defineComponent, type ExpandArgs, type Expanded } from "@alienplatform/engine"
import type { LocalDeploymentContext } from "../deployment-context.ts"
import { Process } from "../supervisor/process.ts"
import { Readiness } from "../supervisor/readiness.ts"
import { artifactOf } from "./artifact-of.ts"
import { environmentBeside } from "./bindings.ts"
import { expandHttpEndpoint } from "./endpoint.ts"
import { expandImage, isImage } from "./image.ts"
import { refuseUnsupported } from "./not-supported.ts"
import { endpointNotes, handlerNotes, linkNotes } from "./notes.ts"

/** SIGTERM to SIGKILL for a worker. */
const GRACE_SECONDS = 10
/** Where a Worker from an image listens: PORT says so too. */
const IMAGE_PORT = 8080
const MIB = 1024 * 1024
/** The longest that a request under way holds up the end of a worker. */
const MOST_DRAIN_SECONDS = 300

export const worker = defineComponent<WorkerConfig, StackSettings, LocalDeploymentContext>({
  resource: "worker",
  expand: (args) => expandHandler(args),
})

export const fn = defineComponent<FunctionConfig, StackSettings, LocalDeploymentContext>({
  resource: "function",
  expand: (args) => expandHandler(args),
})

function expandHandler<R extends WorkerConfig | FunctionConfig>(
  args: ExpandArgs<R, StackSettings, LocalDeploymentContext>,
): Expanded {
  const { graph, deployment, settings } = args
  const resource: WorkerConfig | FunctionConfig = args.resource
  const resources = args.resources as Readonly<Record<string, ResourceConfig>>
  refuseUnsupported({ resource, resources, settings, deployment })
  const { timeoutSeconds, concurrencyLimit, readinessProbe: probe } = resource
  const id = resource.id.toLowerCase()
  const { props: origin, sources = [] } = isImage(resource.code)
    ? inContainer(args)
    : { props: onMachine(resource, deployment) }
  const node = `${id}/process`
  const process = graph.add(Process, node, {
    node,
    ...origin,
    environment: resource.environment,
    ...environmentBeside(args),
    ports: [["PORT"]],
    graceSeconds: GRACE_SECONDS,
    drainSeconds: Math.min(timeoutSeconds, MOST_DRAIN_SECONDS),
  })
  const gate = graph.add(Readiness, `${id}/readiness`, {
    ports: process.ref("ports"),
    object: process.ref("object"),
    ...(probe ? { probe } : {}),
  })
  const served = { graph, resource, settings, deployment, sources, behind: [{ process, gate }], at: 0 }
  const endpoints = endpointsOf(resource).map(({ name: endpoint }) =>
    expandHttpEndpoint({ ...served, endpoint, timeoutSeconds, concurrencyLimit, probe }),
  )
  return {
    endpoints,
    notes: [...handlerNotes(resource), ...endpointNotes(resource, settings), ...linkNotes(resource, resources)],
  }
}

function onMachine(resource: WorkerConfig | FunctionConfig, deployment: LocalDeploymentContext) {
  const artifact = artifactOf(resource)
  return { artifact, command: [...deployment.workerCommand, join(deployment.artifactsDirectory, artifact)] }
}

/** An image brings its own server, which listens on PORT. */
const inContainer = <R extends WorkerConfig | FunctionConfig>({
  graph,
  resource,
  resources,
  deployment,
}: ExpandArgs<R, StackSettings, LocalDeploymentContext>) =>
  expandImage({ graph, resource, resources, deployment }, [IMAGE_PORT], { memoryBytes: resource.memoryMb * MIB })
