import type { Violation } from "../error.ts"
import type { ResourceConfig } from "./config.ts"
import type { ResourceRef } from "./names.ts"

/** What `.build()` of a builder gives: something to add to a stack, or to link. */
export class Resource<C extends ResourceConfig = ResourceConfig> {
  /** Complete with defaults, frozen. With mistakes in it, what was declared; `Stack.build()` then throws. */
  readonly config: C
  /** Mistakes found so far; paths start inside the resource. */
  readonly violations: readonly Violation[]

  constructor(config: C, violations: readonly Violation[] = []) {
    this.config = config
    this.violations = violations
  }

  /** What a link to this resource is made of. */
  ref(): Required<ResourceRef> {
    return { type: this.config.type, id: this.config.id }
  }
}
