import type { Graph } from "../../graph.ts"
import { createLimiter } from "../../limits.ts"
import { type RunResult, runDeployment } from "../../run.ts"
import { SimulatedClock } from "../clock.ts"
import { MemoryStore } from "../memory-store.ts"
import { CUSTOMER_CERTIFICATE } from "./blueprint.ts"
import { MemoryCloud } from "./cloud.ts"
import { memory } from "./platform.ts"

export const DEPLOYMENT = "dep_memory0000000000"
const INSTALLATION = "ins_memory0000000000"
const LEASE = 300_000

/** A cloud, a store and a clock; `run` is one process that takes the lease and works until nothing is due soon. */
export class Laboratory {
  readonly clock = new SimulatedClock()
  readonly cloud = new MemoryCloud(this.clock)
  readonly store = new MemoryStore()
  #seed: number

  constructor({ seed = 1, certificate = "issued" }: { seed?: number; certificate?: string } = {}) {
    this.#seed = seed
    this.cloud.insert({ id: CUSTOMER_CERTIFICATE, kind: "certificate", props: { status: certificate } })
  }

  /** Random bytes from the seed: the same run twice is the same. */
  readonly random = (size: number): Uint8Array =>
    Uint8Array.from({ length: size }, () => {
      this.#seed = (Math.imul(this.#seed, 1_103_515_245) + 12_345) >>> 0
      return (this.#seed >>> 16) & 255
    })

  run(graph: Graph | null, options: { retry?: boolean } = {}): Promise<RunResult> {
    return runDeployment({
      store: this.store,
      lease: this.store.lease(DEPLOYMENT, this.clock.now() + LEASE),
      leaseFor: LEASE,
      platform: memory,
      context: { cloud: this.cloud },
      installation: INSTALLATION,
      deployment: DEPLOYMENT,
      graph,
      secretKey: new Uint8Array(32).fill(7),
      clock: this.clock,
      random: this.random,
      limiter: createLimiter(memory.limits),
      ...options,
    })
  }

  /** Runs again whenever something is due, as the manager's queue does, until the outcome is final. */
  async converge(graph: Graph | null, { runs = 60 }: { runs?: number } = {}): Promise<RunResult> {
    for (let count = 0; count < runs; count += 1) {
      const result = await this.run(graph)
      if (result.outcome === "destroyed" || result.dueAt === null) return result
      if (graph && result.outcome === "settled" && result.rows.every((row) => !row.doomed && !row.created?.uncertain))
        return result
      if (result.dueAt > this.clock.now()) this.clock.advance(result.dueAt - this.clock.now())
    }
    throw new Error(`not done after ${runs} runs:\n${await this.describe()}`)
  }

  async describe(): Promise<string> {
    const rows = await this.store.rows()
    return rows
      .map(
        (row) =>
          `${row.node}#${row.incarnation} ${row.doomed ? "doomed " : ""}${row.status} ${row.why?.code ?? ""} ${row.why?.message ?? ""}`,
      )
      .join("\n")
  }

  /** What is in the cloud and not the customer's. */
  ours(): string[] {
    return [...this.cloud.objects.values()].filter((object) => object.kind !== "certificate").map((object) => object.id)
  }
}
