import {
  ContainerConfig,
  DaemonConfig,
  endpointSettingsOf,
  endpointsOf,
  FunctionConfig,
  type ResourceConfig,
  replicasOf,
  type StackSettings,
  WorkerConfig,
} from "@alienplatform/core"
import { isImage } from "./image.ts"
import type { ProgramConfig } from "./program-ports.ts"

type HandlerConfig = WorkerConfig | FunctionConfig

/** What this machine does otherwise than a Worker or Function asks for. What was left at its default was not asked for. */
export function handlerNotes({ id, type, code, memoryMb }: HandlerConfig): string[] {
  if (isImage(code)) return []
  const { memoryMb: standard } = (type === "worker" ? WorkerConfig : FunctionConfig).shape
  return memoryMb === standard.parse(undefined)
    ? []
    : [`${id}: memory (${memoryMb} MB) is not enforced on this machine`]
}

/** Plan notes on what this machine does otherwise with a Container or Daemon. */
export function programNotes(resource: ProgramConfig): string[] {
  return [
    ...(resource.type === "container" ? replicaNotes(resource) : []),
    ...(isImage(resource.code) ? [] : sizeNotes(resource)),
  ]
}

function replicaNotes(resource: ContainerConfig): string[] {
  const { id, code, autoscaling } = resource
  const { min, max } = replicasOf(resource)
  const many =
    min > 1
      ? [
          `${id}: its ${min} replicas are ${isImage(code) ? "containers" : "processes"} on this machine, used round-robin`,
        ]
      : []
  const scaling = `${id}: autoScale runs its minimum of ${min} on this machine, never up to ${max}`
  return [...many, ...(autoscaling && max > min ? [scaling] : [])]
}

function sizeNotes({ id, type, cpu, memory }: ProgramConfig): string[] {
  const { shape } = type === "container" ? ContainerConfig : DaemonConfig
  const asked = [
    ...(isSame(cpu, shape.cpu.parse(undefined)) ? [] : [`cpu (${cpu.desired})`]),
    ...(isSame(memory, shape.memory.parse(undefined)) ? [] : [`memory (${memory.desired})`]),
  ]
  if (asked.length === 0) return []
  return [`${id}: ${asked.join(" and ")} ${asked.length === 1 ? "is" : "are"} not enforced on this machine`]
}

const isSame = (left: ProgramConfig["cpu"], right: ProgramConfig["cpu"]) =>
  left.min === right.min && left.desired === right.desired

/** What it does otherwise than endpoints and their settings ask for. */
export function endpointNotes(resource: ResourceConfig, settings: StackSettings): string[] {
  return endpointsOf(resource).flatMap(({ name, protocol, hostLabel, wildcardSubdomains }) => {
    const { exposure } = endpointSettingsOf(settings, resource, name)
    const endpoint = `${resource.id}.${name}`
    const host = protocol === "tcp" ? "the deployment's host" : "its own host"
    return [
      ...(wildcardSubdomains
        ? [`${endpoint}: wildcardSubdomains has no effect on this machine, only ${host} is served`]
        : []),
      ...(protocol === "tcp" && hostLabel !== undefined
        ? [`${endpoint}: hostLabel has no effect on this machine, a tcp endpoint is a port of ${host}`]
        : []),
      ...(exposure === "internet" ? [] : [`${endpoint}: exposure ${exposure} reaches no further than this machine`]),
    ]
  })
}

/** Links that tell the workload no URL, since what they lead to is private. */
export function linkNotes(
  { id, links }: ResourceConfig,
  resources: Readonly<Record<string, ResourceConfig>>,
): string[] {
  return links.flatMap((link) => {
    const linked = resources[link.id]
    if (!linked || endpointsOf(linked).length > 0) return []
    return [`${id}: the link to ${link.id} tells it no URL, ${link.id} has no public endpoint`]
  })
}
