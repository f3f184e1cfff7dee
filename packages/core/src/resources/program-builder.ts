import type { z } from "zod"
import { isObject } from "../validation/plain.ts"
import type { ContainerConfig, DaemonConfig } from "./config.ts"
import type { EndpointProtocol, PortEndpointOptions } from "./endpoint.ts"
import type { HealthCheck, ReadinessProbe } from "./probe.ts"
import type { ResourceSpec } from "./size.ts"
import { WorkloadBuilder } from "./workload-builder.ts"

/** A size that the customer chooses in its bounds; refused: not supported yet. */
interface CustomersChoice<T> {
  min: T
  max: T
  default: T
}

const isChoice = (value: unknown): boolean => isObject(value) && "default" in value

/** Builder of Containers and Daemons: a program that listens on ports. */
export abstract class ProgramBuilder<C extends ContainerConfig | DaemonConfig> extends WorkloadBuilder<C> {
  /** Sets vCPUs: `1`, `0.5`, or `{min: "0.5", desired: "1"}`. Default of a Container 0.5, of a Daemon 0.1. */
  cpu(value: number | ResourceSpec | CustomersChoice<number>): this {
    if (isChoice(value)) return this.notSupported("resourceChoices")
    return this.set("cpu", typeof value === "number" ? { min: `${value}`, desired: `${value}` } : value)
  }

  /** Sets memory: `"512Mi"`, `"2Gi"`, or `{min, desired}`. Default of a Container 1Gi, of a Daemon 128Mi. */
  memory(value: string | ResourceSpec | CustomersChoice<string>): this {
    if (isChoice(value)) return this.notSupported("resourceChoices")
    return this.set("memory", typeof value === "string" ? { min: value, desired: value } : value)
  }

  /** Adds a port, 1-65535, that only other services reach. */
  port(port: number): this {
    return this.append("ports", { port })
  }

  ports(ports: readonly number[]): this {
    return this.append("ports", ...ports.map((port) => ({ port })))
  }

  /**
   * Makes a port reachable from outside. http: HTTPS outside, plain HTTP at the port. tcp: bytes are passed through.
   * `name`: a DNS label, unique in the resource. The program finds the port in `ALIEN_PORT_<NAME>`.
   */
  publicEndpoint(name: string, port: number, options: EndpointProtocol | PortEndpointOptions = {}): this {
    return this.append("publicEndpoints", {
      ...(typeof options === "string" ? { protocol: options } : options),
      name,
      port,
    })
  }

  /** Sets the command that replaces the image's or the source's own; one item per argument, no shell. */
  command(command: readonly string[]): this {
    return this.set("command", command)
  }

  /** Sets the request that must be answered with 2xx or 3xx. Defaults: GET /health, 1 s, 3 failures in a row. */
  healthCheck(check: z.input<typeof HealthCheck>): this {
    return this.set("healthCheck", check)
  }

  /** Sets the health check's method and path. */
  readinessProbe(probe: z.input<typeof ReadinessProbe>): this {
    return this.set("healthCheck", { ...probe })
  }

  /** Sets the time between SIGTERM and SIGKILL, 0-600 s. Default 30. */
  stopGracePeriod(seconds: number): this {
    return this.set("stopGracePeriodSeconds", seconds)
  }

  /** @deprecated Refused: the platform chooses. */
  cluster(_id: never): this {
    return this.notSupported("cluster")
  }

  /** @deprecated Refused: the platform chooses. */
  pool(_name: never): this {
    return this.notSupported("pool")
  }
}
