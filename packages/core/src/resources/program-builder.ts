import type { z } from "zod"
import type { ContainerConfig, DaemonConfig } from "./config.ts"
import type { EndpointProtocol, PortEndpointOptions } from "./endpoint.ts"
import type { HealthCheck, ReadinessProbe } from "./probe.ts"
import type { ResourceSpec } from "./size.ts"
import { WorkloadBuilder } from "./workload-builder.ts"

/** What Container and Daemon share: a program that listens on ports. */
export abstract class ProgramBuilder<C extends ContainerConfig | DaemonConfig> extends WorkloadBuilder<C> {
  /** vCPUs: `1`, `0.5`, or `{min: "0.5", desired: "1"}`. Default of a Container 0.5, of a Daemon 0.1. */
  cpu(value: number | ResourceSpec): this {
    return this.set("cpu", typeof value === "number" ? { min: `${value}`, desired: `${value}` } : value)
  }

  /** `"512Mi"`, `"2Gi"`, or `{min, desired}`. Default of a Container 1Gi, of a Daemon 128Mi. */
  memory(value: string | ResourceSpec): this {
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

  /** Instead of the image's or the source's own command; one item per argument, no shell. */
  command(command: readonly string[]): this {
    return this.set("command", command)
  }

  /** A request that 2xx or 3xx must answer. Defaults: GET /health, 1 s, 3 failures in a row. */
  healthCheck(check: z.input<typeof HealthCheck>): this {
    return this.set("healthCheck", check)
  }

  /** The same as a health check with a method and a path. */
  readinessProbe(probe: z.input<typeof ReadinessProbe>): this {
    return this.set("healthCheck", { ...probe })
  }

  /** Seconds between SIGTERM and SIGKILL, 0-600. Default 30. */
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
