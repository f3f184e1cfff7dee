import {
  createLimiter,
  type ObjectStore,
  type Plan,
  planDeployment,
  type RunResult,
  runDeployment,
} from "@alienplatform/engine"
import { type Bench, type Desired, type Hook, MemoryStore, SimulatedClock } from "@alienplatform/engine/testing"
import { blueprint, CUSTOMER_CERTIFICATE, FIRST, SECOND } from "./blueprint.ts"
import { type CloudCall, type Interference, MemoryCloud } from "./cloud.ts"
import { memory } from "./platform.ts"

const DEPLOYMENT = "dep_memory0000000000"
const INSTALLATION = "ins_memory0000000000"
const LEASE_MS = 300_000
const SECRET_KEY = new Uint8Array(32).fill(7)

export interface MemoryBenchOptions {
  seed?: number
  /** Initial status of the customer's certificate. */
  certificate?: string
}

/** The bench of the memory cloud: cloud, store and clock with the blueprint's two releases. */
export class MemoryBench implements Bench {
  readonly clock: SimulatedClock
  readonly cloud: MemoryCloud
  readonly store: MemoryStore
  #seed: number

  constructor({ seed = 1, certificate = "issued" }: MemoryBenchOptions = {}, from?: MemoryBench) {
    this.#seed = from ? from.#seed : seed
    this.clock = new SimulatedClock(from?.clock.now())
    this.cloud = from ? from.cloud.copy(this.clock) : new MemoryCloud(this.clock)
    this.store = from ? from.store.copy() : new MemoryStore()
    if (!from) this.cloud.insert({ id: CUSTOMER_CERTIFICATE, kind: "certificate", props: { status: certificate } })
  }

  fork(): MemoryBench {
    return new MemoryBench({}, this)
  }

  /** Random bytes from the seed, so that a run can be repeated exactly. */
  readonly random = (size: number): Uint8Array =>
    Uint8Array.from({ length: size }, () => {
      this.#seed = (Math.imul(this.#seed, 1_103_515_245) + 12_345) >>> 0
      return (this.#seed >>> 16) & 255
    })

  async run(desired: Desired, hook?: Hook, options: { retry?: boolean } = {}): Promise<RunResult> {
    return runDeployment({
      ...(await this.#runInputs(desired, hook)),
      store: hook ? hookedStore(this.store, hook) : this.store,
      lease: this.store.lease(DEPLOYMENT, this.clock.now() + LEASE_MS),
      leaseMs: LEASE_MS,
      random: this.random,
      limiter: createLimiter(memory.limits ?? {}, this.clock),
      ...options,
    })
  }

  /** Plans what a run would do now. */
  async plan(desired: Desired, hook?: Hook): Promise<Plan> {
    return planDeployment({ ...(await this.#runInputs(desired, hook)), store: this.store })
  }

  /** Inputs that a run and a plan share. */
  async #runInputs(desired: Desired, hook: Hook | undefined) {
    const choices = await this.store.choices()
    return {
      platform: memory,
      context: { cloud: this.cloud.connect(hook ? interference(hook) : {}) },
      installation: INSTALLATION,
      deployment: DEPLOYMENT,
      graph: desired === "nothing" ? null : blueprint(desired === "first" ? FIRST : SECOND, choices),
      secretKey: SECRET_KEY,
      clock: this.clock,
    }
  }

  async converge(desired: Desired, hook?: Hook): Promise<RunResult> {
    for (let count = 0; count < 80; count += 1) {
      const result = await this.run(desired, hook)
      if (result.outcome === "destroyed") return result
      if (result.outcome === "settled" && result.rows.every((row) => !row.doomed && !row.created?.uncertain))
        return result
      if (result.dueAt === null) break
      if (result.dueAt > this.clock.now()) await this.clock.advance(result.dueAt - this.clock.now())
    }
    throw new Error(`${desired} is never reached:\n${await this.describe()}`)
  }

  /** Number of nodes in the first release. */
  get nodes(): number {
    return blueprint(FIRST).nodes.size
  }

  /** Reads every recorded object once without deciding anything: the least that a no-op run must do. */
  async readAll(): Promise<void> {
    const types = new Map(memory.nodes.map((type) => [type.type, type]))
    const rows = await this.store.rows()
    await Promise.all(
      rows.map((row) => {
        const owner = {
          installation: INSTALLATION,
          deployment: DEPLOYMENT,
          node: row.node,
          incarnation: row.incarnation,
        }
        return types
          .get(row.type)
          ?.read({ cloud: this.cloud, id: row.id ?? undefined, props: row.props ?? {}, name: row.name, owner })
      }),
    )
  }

  get mutations(): number {
    return this.cloud.mutations
  }

  inventory(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const { kind, goneAt } of this.cloud.objects.values()) {
      if (kind !== "certificate" && (goneAt === undefined || goneAt > this.clock.now()))
        counts[kind] = (counts[kind] ?? 0) + 1
    }
    return Object.fromEntries(Object.entries(counts).sort())
  }

  customers(): string {
    return JSON.stringify(this.cloud.ofKind("certificate"))
  }

  async describe(): Promise<string> {
    const rows = await this.store.rows()
    return rows
      .map(
        (row) =>
          `${row.node}#${row.incarnation} ${row.doomed ? "doomed " : ""}${row.state.status} ${row.state.why?.code ?? ""} ${row.state.why?.message ?? ""}`,
      )
      .join("\n")
  }
}

function interference(hook: Hook): Interference {
  const moment = (call: CloudCall, when: "before" | "after") =>
    hook({
      what: "call",
      when,
      name: `${call.verb} ${call.kind}`,
      mutating: call.verb !== "read" && call.verb !== "poll",
      landLater: call.landLater,
    })
  return { before: (call) => moment(call, "before"), after: (call) => moment(call, "after") }
}

function hookedStore(store: MemoryStore, hook: Hook): ObjectStore {
  const moment = (when: "before" | "after") => hook({ what: "write", when, name: "write", mutating: false })
  return {
    rows: () => store.rows(),
    choices: () => store.choices(),
    async renew(lease, until) {
      await hook({ what: "write", when: "before", name: "renew", mutating: false })
      return store.renew(lease, until)
    },
    async save(lease, changes) {
      await moment("before")
      await store.save(lease, changes)
      await moment("after")
    },
  }
}
