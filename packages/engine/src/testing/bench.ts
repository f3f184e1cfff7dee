import type { RunResult } from "../run/run.ts"
import type { SimulatedClock } from "./clock.ts"

/** A moment in a process's life that a kit can act on: around each call to the cloud, and around each write. */
export interface Moment {
  what: "call" | "write"
  when: "before" | "after"
  /** For people: `create backend`, `write`. */
  name: string
  mutating: boolean
  /** Calls only: lets the request arrive this much later, although its caller is gone. */
  landLater?(ms: number): void
}

/** What a process meets; a promise that never ends kills it there. */
export type Hook = (moment: Moment) => void | Promise<void>

/** What is wanted: a release by name, or nothing. */
export type Desired = "first" | "second" | "nothing"

/** A cloud with a deployment in it, as the kits use it. Every platform that has a simulator implements one. */
export interface Bench {
  readonly clock: SimulatedClock
  /** The same cloud and store once more, as they are now. */
  fork(): Bench
  /** One process: takes the lease and works until nothing is due soon. */
  run(desired: Desired, hook?: Hook): Promise<RunResult>
  /** Processes one after the other, whenever something is due, until what is desired is there. Throws when it never is. */
  converge(desired: Desired, hook?: Hook): Promise<RunResult>
  /** Our objects, counted by kind. */
  inventory(): Record<string, number>
  /** The customer's objects, as text: must never change. */
  customers(): string
  /** Mutating calls that arrived so far. */
  readonly mutations: number
  describe(): Promise<string>
}
