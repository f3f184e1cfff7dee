import type { RunResult } from "../run/run.ts"
import type { SimulatedClock } from "./clock.ts"

/**
 * A moment at which a test can act on a simulated process: before or after a call to the cloud or a write to the store.
 */
export interface Moment {
  what: "call" | "write"
  when: "before" | "after"
  /** Name for people: `create backend`, `write`. */
  name: string
  mutating: boolean
  /** Calls only: lets the request arrive `ms` later, although its caller is gone. */
  landLater?(ms: number): void
}

/** Called at every moment of a simulated process. A promise that never settles kills the process there. */
export type Hook = (moment: Moment) => void | Promise<void>

/** The desired state: the first release, the second, or nothing. */
export type Desired = "first" | "second" | "nothing"

/**
 * A simulated cloud with one deployment, on which the crash matrix and the fault runner work. Every platform with a
 * simulator implements it.
 */
export interface Bench {
  readonly clock: SimulatedClock
  /** A copy of cloud and store in their present state. */
  fork(): Bench
  /** Runs one process: it takes the lease and works until nothing is due soon. */
  run(desired: Desired, hook?: Hook): Promise<RunResult>
  /**
   * Runs processes one after the other, whenever something is due, until the desired state is reached. Throws when it
   * never is.
   */
  converge(desired: Desired, hook?: Hook): Promise<RunResult>
  /** Number of our objects, by kind. */
  inventory(): Record<string, number>
  /** The customer's objects as text, which must never change. */
  customers(): string
  /** Number of mutating calls that arrived so far. */
  readonly mutations: number
  describe(): Promise<string>
}
