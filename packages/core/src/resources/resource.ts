import type { Violation } from "../error.ts"
import type { ResourceConfig } from "./config.ts"

/** A built resource, to be added to a stack or linked. */
export class Resource<C extends { type: string; id: string } = ResourceConfig> {
  /**
   * The frozen config, complete with defaults. Where it has mistakes, what was declared; `Stack.build()` then throws.
   */
  readonly config: C
  /** Mistakes found in the config; paths start inside the resource. */
  readonly violations: readonly Violation[]

  constructor(config: C, violations: readonly Violation[] = []) {
    this.config = config
    this.violations = violations
  }

  /** The reference that a link to this resource contains. */
  ref(): { type: C["type"]; id: string } {
    return { type: this.config.type, id: this.config.id }
  }
}
