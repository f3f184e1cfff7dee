import { z } from "zod"
import { Code } from "./code.ts"
import { HandlerEndpoint, PortEndpoint } from "./endpoint.ts"
import { ContainerId, Environment, Port, ProfileName, ResourceId, ResourceRef } from "./names.ts"
import { CONTAINER_NO_OPS, DAEMON_NO_OPS, FUNCTION_NO_OPS, WORKER_NO_OPS } from "./no-ops.ts"
import { HealthCheck, ReadinessProbe } from "./probe.ts"
import { Autoscaling, CpuSpec, MemorySpec } from "./size.ts"
import { WorkerTrigger } from "./trigger.ts"

const workload = {
  code: Code,
  environment: Environment.default({}),
  links: z.array(ResourceRef).default([]).describe("Resources whose addresses are injected."),
  permissions: ProfileName.optional().describe("Name of a permission profile."),
}

const handler = (memoryMb: number) => ({
  id: ResourceId,
  ...workload,
  memoryMb: z.int().min(128).max(32768).default(memoryMb).describe("MB, 128-32768; clouds round up."),
  timeoutSeconds: z.int().min(1).max(3600).default(180).describe("Seconds for one request, 1-3600."),
  concurrencyLimit: z.int().min(1).optional().describe("Requests under way at once. Default: the platform's."),
  publicEndpoints: z.array(HandlerEndpoint).default([]),
  readinessProbe: ReadinessProbe.optional(),
  commandsEnabled: z.boolean().default(false),
  triggers: z.array(WorkerTrigger).default([]),
})

const program = (cpu: string, memory: string) => ({
  ...workload,
  cpu: CpuSpec.default({ min: cpu, desired: cpu }),
  memory: MemorySpec.default({ min: memory, desired: memory }),
  ports: z
    .array(z.strictObject({ port: Port }))
    .default([])
    .describe("Reached by other services only."),
  publicEndpoints: z.array(PortEndpoint).default([]),
  command: z
    .array(z.string().regex(/^[^\0]*$/, { error: "must not contain a NUL character" }))
    .min(1)
    .optional()
    .describe("Instead of the image's or the source's own; one item per argument, no shell."),
  healthCheck: HealthCheck.optional(),
  stopGracePeriodSeconds: z.int().min(0).max(600).default(30).describe("Seconds between SIGTERM and SIGKILL, 0-600."),
})

/** Code that answers requests, started on demand. */
export const WorkerConfig = z.strictObject({ type: z.literal("worker"), ...handler(512), ...WORKER_NO_OPS })
export type WorkerConfig = z.output<typeof WorkerConfig>

/** The Worker of the first API: 256 MB, no endpoint or one that is named `default`. */
export const FunctionConfig = z.strictObject({ type: z.literal("function"), ...handler(256), ...FUNCTION_NO_OPS })
export type FunctionConfig = z.output<typeof FunctionConfig>

/** A program that always runs, `replicas` times or between the bounds of `autoscaling`; neither = once. 0.5 vCPU and 1Gi unless said. */
export const ContainerConfig = z.strictObject({
  type: z.literal("container"),
  id: ContainerId,
  ...program("0.5", "1Gi"),
  replicas: z.int().min(1).max(1000).optional(),
  autoscaling: Autoscaling.optional(),
  ...CONTAINER_NO_OPS,
})
export type ContainerConfig = z.output<typeof ContainerConfig>

/** A program that runs once per machine or node. 0.1 vCPU and 128Mi unless said. */
export const DaemonConfig = z.strictObject({
  type: z.literal("daemon"),
  id: ResourceId,
  ...program("0.1", "128Mi"),
  commandsEnabled: z.boolean().default(false),
  ...DAEMON_NO_OPS,
})
export type DaemonConfig = z.output<typeof DaemonConfig>

/** One resource as JSON, of the kind that `type` says. */
export const ResourceConfig = z.discriminatedUnion("type", [
  WorkerConfig,
  FunctionConfig,
  ContainerConfig,
  DaemonConfig,
])
export type ResourceConfig = z.output<typeof ResourceConfig>
export type ResourceType = ResourceConfig["type"]
