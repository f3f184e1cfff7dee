/**
 * Container and Daemon: per replica process → readiness, then what each endpoint needs.
 *
 * A new version's processes start beside the old ones; the endpoints move when all of them are ready.
 */
import { join } from "node:path"
import {
  endpointsOf,
  type HealthCheck,
  parseCpu,
  parseMemoryMiB,
  type ResourceConfig,
  type StackSettings,
} from "@alienplatform/core"
import type { ExpandArgs, Expanded } from "@alienplatform/engine"
import type { LocalDeploymentContext } from "../deployment-context.ts"
import { Process, type ProcessProps } from "../supervisor/process.ts"
import { Readiness, type ReadinessProps } from "../supervisor/readiness.ts"
import { artifactOf } from "./artifact-of.ts"
import { environmentBeside } from "./bindings.ts"
import { type EndpointArgs, expandHttpEndpoint, expandTcpEndpoint } from "./endpoint.ts"
import { expandImage, isImage } from "./image.ts"
import { refuseUnsupported } from "./not-supported.ts"
import { endpointNotes, linkNotes, programNotes } from "./notes.ts"
import { type ProgramConfig, type ProgramPort, programPorts } from "./program-ports.ts"

/** What `alien release` builds a program in TypeScript into. */
const MODULE = "index.mjs"
/** Where it puts the binary of a program in Rust. */
const BINARIES = "bin"
const MIB = 1024 * 1024
/** The gateway's own patience; a program declares none. */
const REQUEST_SECONDS = 60

export function expandProgram<R extends ProgramConfig>(
  args: ExpandArgs<R, StackSettings, LocalDeploymentContext>,
  replicas: number,
): Expanded {
  const { graph, deployment, settings } = args
  const resource: ProgramConfig = args.resource
  const resources = args.resources as Readonly<Record<string, ResourceConfig>>
  refuseUnsupported({ resource, resources, settings, deployment })
  const ports = programPorts(resource)
  const health = healthOf(resource, ports)
  const { props: origin, sources = [] } = isImage(resource.code)
    ? inContainer(args, ports)
    : { props: onMachine(resource, deployment) }
  const props = { ...origin, ...processProps(args, ports, health) }
  const id = resource.id.toLowerCase()
  const behind = Array.from({ length: replicas }, (_, index) => {
    const replica = index === 0 ? "" : `/${index + 1}`
    const node = `${id}/process${replica}`
    const process = graph.add(Process, node, { node, ...props })
    const gate = graph.add(Readiness, `${id}/readiness${replica}`, {
      ports: process.ref("ports"),
      object: process.ref("object"),
      ...readinessOf(resource, ports, health),
    })
    return { process, gate }
  })
  const endpoints = endpointsOf(resource).map(({ name, port, protocol }) => {
    const at = indexOf(ports, port)
    const endpoint: EndpointArgs = { graph, resource, settings, deployment, sources, behind, endpoint: name, at }
    if (protocol === "tcp") return expandTcpEndpoint(endpoint)
    const probe = health?.at === at ? health : undefined
    return expandHttpEndpoint({ ...endpoint, timeoutSeconds: REQUEST_SECONDS, probe })
  })
  return {
    endpoints,
    notes: [...programNotes(resource), ...endpointNotes(resource, settings), ...linkNotes(resource, resources)],
  }
}

type Health = NonNullable<ProcessProps["health"]>

function processProps<R extends ProgramConfig>(
  args: ExpandArgs<R, StackSettings, LocalDeploymentContext>,
  ports: readonly ProgramPort[],
  health: Health | undefined,
) {
  const { resource } = args
  return {
    environment: resource.environment,
    ...environmentBeside(args),
    ports: ports.map(({ variables }) => variables),
    declaredPorts: ports.map(({ declared }) => declared),
    graceSeconds: resource.stopGracePeriodSeconds,
    drainSeconds: resource.stopGracePeriodSeconds,
    ...(health ? { health } : {}),
  }
}

const onMachine = (resource: ProgramConfig, deployment: LocalDeploymentContext) => ({
  artifact: artifactOf(resource),
  ...(resource.command
    ? { command: ownCommand(resource.command, deployment), runsCopy: true }
    : { command: builtCommand(resource, deployment) }),
})

function inContainer<R extends ProgramConfig>(
  { graph, resource, resources, deployment }: ExpandArgs<R, StackSettings, LocalDeploymentContext>,
  ports: readonly ProgramPort[],
) {
  const { command, cpu, memory }: ProgramConfig = resource
  const size = { cpus: parseCpu(cpu.desired), memoryBytes: Math.round(parseMemoryMiB(memory.desired) * MIB) }
  const inside = ports.map(({ declared }) => declared)
  const { props, sources } = expandImage({ graph, resource, resources, deployment }, inside, size)
  return { props: { ...props, ...(command ? { command } : {}) }, sources }
}

/** `node` is the Node that runs every other workload, with the same view of `localhost`. */
const ownCommand = (
  [program = "", ...args]: readonly string[],
  { programCommand }: LocalDeploymentContext,
): string[] => (program === "node" ? [...programCommand, ...args] : [program, ...args])

/** What runs when the resource declares no command. */
function builtCommand(resource: ProgramConfig, deployment: LocalDeploymentContext): string[] {
  const directory = join(deployment.artifactsDirectory, artifactOf(resource))
  const { code } = resource
  if (code.type === "artifact" && code.toolchain.type === "rust")
    return [join(directory, BINARIES, code.toolchain.binaryName)]
  return [...deployment.programCommand, join(directory, MODULE)]
}

function healthOf({ healthCheck }: { healthCheck?: HealthCheck | undefined }, ports: readonly ProgramPort[]) {
  if (!healthCheck) return undefined
  const { method, path, port, timeoutSeconds, failureThreshold } = healthCheck
  return { method, path, at: indexOf(ports, port), timeoutSeconds, failureThreshold } satisfies Health
}

/** When a program counts as ready: its health check, else any answer to HTTP, else a connection, else that it runs. */
function readinessOf(
  resource: ProgramConfig,
  ports: readonly ProgramPort[],
  health: Health | undefined,
): Pick<ReadinessProps, "by" | "at" | "probe"> {
  if (health) {
    const { method, path, timeoutSeconds, at } = health
    return { by: "http", at, probe: { method, path, timeoutSeconds } }
  }
  const http = endpointsOf(resource).find(({ protocol }) => protocol === "http")
  if (http) return { by: "http", at: indexOf(ports, http.port) }
  return ports.length > 0 ? { by: "connection", at: 0 } : { by: "life" }
}

/** Index of a declared port; the first one when none was named. */
const indexOf = (ports: readonly ProgramPort[], port: number | undefined): number =>
  Math.max(
    ports.findIndex(({ declared }) => declared === port),
    0,
  )
