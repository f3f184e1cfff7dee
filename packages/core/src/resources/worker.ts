import type { WorkerConfig } from "./config.ts"
import type { HandlerEndpointOptions } from "./endpoint.ts"
import { HandlerBuilder } from "./handler-builder.ts"

/**
 * Declares code that answers requests, started on demand. The source default-exports `{ fetch(request) }`.
 * Without a public endpoint it is private.
 */
export class Worker extends HandlerBuilder<WorkerConfig> {
  /** @param id 1-64 letters, digits, `-` or `_` */
  constructor(id: string) {
    super("worker", id)
  }

  static any(): "worker" {
    return "worker"
  }

  /** Adds an HTTPS endpoint. `name`: a DNS label, unique in the Worker. */
  publicEndpoint(name: string, options: HandlerEndpointOptions = {}): this {
    return this.append("publicEndpoints", { ...options, name })
  }

  /** @deprecated Only `private`, the default without a public endpoint; for others use `publicEndpoint`. */
  ingress(value: "private"): this {
    return this.set("ingress", value)
  }
}
