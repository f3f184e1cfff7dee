import type { z } from "zod"
import { isObject } from "../validation/plain.ts"
import type { ContainerConfig } from "./config.ts"
import type { EndpointProtocol, PortEndpointOptions } from "./endpoint.ts"
import { Port } from "./names.ts"
import { ProgramBuilder } from "./program-builder.ts"
import type { Autoscaling } from "./size.ts"

const MAX_REPLICAS = 1000

/** Declares a program that always runs, once or in several replicas. */
export class Container extends ProgramBuilder<ContainerConfig> {
  /** @param id a DNS label, 1-63 lower-case letters, digits or `-` */
  constructor(id: string) {
    super("container", id)
  }

  static any(): "container" {
    return "container"
  }

  /** Sets environment variables; later calls add to earlier ones. `ALIEN_*` is reserved. */
  override environment(variables: Readonly<Record<string, string>>): this {
    const before = this.get("environment")
    return super.environment(isObject(before) && isObject(variables) ? mergeVariables(before, variables) : variables)
  }

  /**
   * Sets a fixed number of replicas, 1-1000. Default 1. Undoes earlier calls of `minReplicas`, `maxReplicas`,
   * `autoScale`.
   */
  replicas(count: number): this {
    return this.set("autoscaling", undefined).set("replicas", count)
  }

  /** Sets the replicas that always run, 1-1000. `maxReplicas` is ten times as many unless given. */
  minReplicas(min: number): this {
    const bounds = this.#bounds()
    return this.set("autoscaling", {
      ...bounds,
      min,
      desired: min,
      max: bounds.max ?? Math.max(min, Math.min(min * 10, MAX_REPLICAS)),
    })
  }

  /** Sets the most replicas under load, 1-1000. One always runs unless `minReplicas` says more. */
  maxReplicas(max: number): this {
    return this.set("autoscaling", { min: 1, desired: 1, ...this.#bounds(), max })
  }

  /** Adds a port, 1-65535, that only other services reach. That of a public endpoint is one already. */
  override port(port: number): this {
    return this.ports([port])
  }

  override ports(ports: readonly number[]): this {
    const isPublic = (port: number) => itemsWith(this.get("publicEndpoints"), port).length > 0
    return super.ports(Array.isArray(ports) ? ports.filter((port) => !isPublic(port)) : ports)
  }

  /** Makes a port reachable from outside, and by other services. */
  override publicEndpoint(name: string, port: number, options: EndpointProtocol | PortEndpointOptions = {}): this {
    if (Port.safeParse(port).success && itemsWith(this.get("ports"), port).length === 0) super.ports([port])
    return super.publicEndpoint(name, port, options)
  }

  /** Sets the bounds of autoscaling and what it watches; replaces earlier bounds. */
  autoScale(config: z.input<typeof Autoscaling>): this {
    return this.set("autoscaling", config)
  }

  #bounds(): Record<string, unknown> {
    const bounds = this.get("autoscaling")
    return isObject(bounds) ? bounds : {}
  }

  /** @deprecated Refused: use `publicEndpoint`. */
  expose(_protocol: never): this {
    return this.notSupported("expose")
  }

  /** @deprecated Refused: use `publicEndpoint`. */
  exposePort(_port: never, _protocol: never): this {
    return this.notSupported("exposePort")
  }

  /** Accepts only `false`, the default: containers with state are not supported yet. */
  stateful(enabled: false): this {
    return this.set("stateful", enabled)
  }

  /** Accepts only `false`, the default: nothing sends commands to a Container yet. */
  commandsEnabled(enabled: false): this {
    return this.set("commandsEnabled", enabled)
  }

  /** @deprecated Refused: not supported yet. */
  persistentStorage(_size: never, _options?: never): this {
    return this.notSupported("persistentStorage")
  }

  /** @deprecated Refused: not supported yet. */
  ephemeralStorage(_size: never): this {
    return this.notSupported("ephemeralStorage")
  }

  /** @deprecated Refused: not supported yet. */
  gpu(_config: never): this {
    return this.notSupported("gpu")
  }

  /** @deprecated Refused: not supported yet. */
  security(_settings: never): this {
    return this.notSupported("security")
  }

  /** @deprecated Refused: use `publicEndpoint`. */
  tunnel(_port: never): this {
    return this.notSupported("tunnel")
  }

  /** @deprecated Refused: not supported yet. */
  kubernetesSecretMount(_mount: never): this {
    return this.notSupported("kubernetesSecretMounts")
  }

  /** @deprecated Refused: use `healthCheck`. */
  kubernetesLivenessProbe(_probe: never): this {
    return this.notSupported("kubernetesLivenessProbe")
  }

  /** @deprecated Refused: use `healthCheck`. */
  kubernetesReadinessProbe(_probe: never): this {
    return this.notSupported("kubernetesReadinessProbe")
  }
}

const itemsWith = (items: unknown, port: number): unknown[] =>
  Array.isArray(items) ? items.filter((item) => isObject(item) && item.port === port) : []

const mergeVariables = (before: Record<string, unknown>, after: Readonly<Record<string, string>>) =>
  Object.fromEntries([...Object.entries(before), ...Object.entries(after)]) as Record<string, string>
