import type { z } from "zod"
import type { FunctionConfig, WorkerConfig } from "./config.ts"
import type { ReadinessProbe } from "./probe.ts"
import type { WorkerTrigger } from "./trigger.ts"
import { WorkloadBuilder } from "./workload-builder.ts"

/** Builder of Workers and Functions: code that answers requests, started on demand. */
export abstract class HandlerBuilder<C extends WorkerConfig | FunctionConfig> extends WorkloadBuilder<C> {
  /** Sets memory in MB, 128-32768; clouds round up to what they offer. Default 512, of a Function 256. */
  memoryMb(mb: number): this {
    return this.set("memoryMb", mb)
  }

  /** Sets how long one request may take, 1-3600 s; a front may allow less (`limits.requestSeconds`). Default 180. */
  timeoutSeconds(seconds: number): this {
    return this.set("timeoutSeconds", seconds)
  }

  /** Sets how many requests may be under way at once, at least 1. Default: the platform's. */
  concurrencyLimit(limit: number | undefined): this {
    return this.set("concurrencyLimit", limit)
  }

  /** Sets the request that must be answered with 2xx or 3xx before a new version takes over. Default GET /. */
  readinessProbe(probe: z.input<typeof ReadinessProbe>): this {
    return this.set("readinessProbe", probe)
  }

  /** Accepted for compatibility; nothing sends commands yet. Default false. */
  commandsEnabled(enabled: boolean): this {
    return this.set("commandsEnabled", enabled)
  }

  /**
   * Adds something else that starts the workload. May be declared; making a release of it is refused (`not_supported`).
   */
  trigger(trigger: z.input<typeof WorkerTrigger>): this {
    return this.append("triggers", trigger)
  }
}
