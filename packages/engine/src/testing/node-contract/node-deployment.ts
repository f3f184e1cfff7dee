import { DeploymentState } from "../../decide/deployment-state.ts"
import type { Clock } from "../../declare/clock.ts"
import { Graph } from "../../declare/graph.ts"
import type { AnyNodeType, ObjectType } from "../../declare/node-type.ts"
import type { Owner, Props, Reading } from "../../declare/reading.ts"
import type { Input } from "../../declare/refs.ts"
import type { Sent } from "../../declare/sent.ts"
import { traitsOf } from "../../declare/traits-of.ts"
import { ownerOf } from "../../record/owner.ts"
import type { ObjectRow } from "../../record/row.ts"
import { type RunResult, runDeployment } from "../../run/run.ts"
import { MemoryStore } from "../memory-store.ts"
import { Ledger, type VerbHook, type VerbMoment, type VerbName } from "./ledger.ts"
import { SimulatedProcess } from "./simulated-process.ts"
import { SkippingClock } from "./skipping-clock.ts"

/** Props as a component writes them: values may be references. */
export type Inputs<P> = { [K in keyof P]: Input<P[K]> }

/** An empty cloud for one test, and the context to reach its objects. */
export interface OpenedCloud<C> extends Partial<AsyncDisposable> {
  /** Context that every verb gets. */
  context: C
  /** Clock of cloud and engine. Default: real time that `advance` puts forward. */
  clock?: TestClock
}

export interface TestClock extends Clock {
  /** Lets `ms` pass. */
  advance(ms: number): Promise<void>
}

/** Changes to the `given` props to deploy; "needs": only the nodes that it needs; null: nothing. */
export type Desired<P> = Partial<Inputs<P>> | "needs" | null

export const NODE = "api/object"
const IDENTITY = { installation: "ins_contract00000000", deployment: "dep_contract00000000" }
const SECRET_KEY = new Uint8Array(32).fill(7)
const LEASE_MS = 180_000
/** Longer than any answer or create is waited for, ms. */
const LONG_MS = 400_000
/** More mutating calls than a run of a few nodes makes. */
const MAX_MUTATIONS = 60

/** A deployment of one node and the nodes that it needs, in its own cloud. */
export class NodeDeployment<P extends object, A extends object, C extends object> {
  readonly type: ObjectType<P, A, C>
  readonly context: C
  readonly clock: TestClock
  readonly store = new MemoryStore()
  readonly ledger = new Ledger()
  readonly #given: (scene: { graph: Graph; context: C }) => Inputs<P>
  readonly #types = new Map<string, AnyNodeType>()

  constructor(
    type: ObjectType<P, A, C>,
    opened: OpenedCloud<C>,
    given: (scene: { graph: Graph; context: C }) => Inputs<P>,
  ) {
    this.type = type
    this.context = opened.context
    this.clock = opened.clock ?? new SkippingClock()
    this.#given = given
  }

  /**
   * Runs processes one after another, whenever something is due, until nothing is left to do. Does not throw when a
   * call is refused.
   */
  async converge(
    desired: Desired<P>,
    hook: VerbHook = () => {},
    simulated = new SimulatedProcess(),
  ): Promise<RunResult> {
    for (let count = 0; count < 60; count += 1) {
      const result = await this.#run(desired, hook, simulated)
      const over = result.rows.every((row) => !row.doomed && !row.created?.uncertain)
      if (result.outcome === "destroyed" || result.outcome === "failed" || (result.outcome === "settled" && over))
        return result
      if (result.dueAt === null) break
      await this.clock.advance(Math.max(0, result.dueAt - this.clock.now()))
    }
    throw new Error(`it never ends:\n${await this.describe()}`)
  }

  /**
   * Runs until a verb of the type is called and kills the process there, before the call or before its answer; then
   * lets time pass.
   */
  async crash(desired: Desired<P>, verb: VerbName, when: VerbMoment["when"]): Promise<void> {
    const simulated = new SimulatedProcess()
    const crashed = Promise.withResolvers<boolean>()
    const hook: VerbHook = async (moment) => {
      await simulated.untilRunning()
      if (moment.type !== this.type.type || moment.verb !== verb || moment.when !== when) return
      simulated.kill()
      crashed.resolve(true)
      await simulated.untilRunning()
    }
    const survived = this.converge(desired, hook, simulated).then(() => false)
    if (!(await Promise.race([survived, crashed.promise]))) throw new Error(`${this.type.type} never came to ${verb}`)
    await this.clock.advance(LONG_MS)
  }

  /** The row of the wanted object. */
  async row(): Promise<ObjectRow> {
    const rows = await this.store.rows()
    const found = rows.find((row) => row.node === NODE && !row.doomed)
    if (!found) throw new Error(`${NODE} has no row:\n${await this.describe()}`)
    return found
  }

  /** Reads our object from the cloud. */
  async reading(): Promise<Reading<P, A>> {
    const row = await this.row()
    const found = row.id === null ? undefined : await this.read({ ...row, id: row.id, props: row.props as Sent<P> })
    if (!found) throw new Error(`${this.type.type} ${row.name} is not there:\n${await this.describe()}`)
    return found
  }

  /** The mark that the wanted object carries. */
  async owner(): Promise<Owner> {
    return ownerOf(await this.row(), IDENTITY)
  }

  read(args: { id?: string; props: P | Sent<P>; name: string; owner?: Owner; incarnation?: number }) {
    const { id, props, name, incarnation = 1 } = args
    const owner = args.owner ?? ownerOf({ node: NODE, incarnation }, IDENTITY)
    return this.type.read({
      ...this.context,
      ...(id === undefined ? {} : { id }),
      props: props as Sent<P>,
      name,
      owner,
    })
  }

  /** Addresses of existing objects of the type, or of all types. */
  existing(all = false): Promise<string[]> {
    return this.ledger.existing(this.context, all ? undefined : this.type.type)
  }

  /**
   * Props with every reference answered, and the name, as the first create gets them. The nodes that it needs must
   * exist.
   */
  async wanted(change: Partial<Inputs<P>> = {}): Promise<{ props: P; name: string }> {
    const graph = await this.#graph(change)
    const state = new DeploymentState({
      rows: await this.store.rows(),
      graph,
      types: [...this.#types.values()],
      secretKey: SECRET_KEY,
      random: (size) => new Uint8Array(size),
    })
    state.refresh()
    const entry = state.entries.get(NODE)
    if (!entry?.wanted) throw new Error(`the needs of ${this.type.type} are not there:\n${await this.describe()}`)
    return { props: entry.wanted.props as P, name: entry.desired.name }
  }

  /** Calls `ask` until its answer is accepted. */
  async eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
    let wait = 20
    for (let count = 0; count < 40; count += 1) {
      const answer = await ask()
      if (wanted(answer)) return answer
      await this.clock.until(this.clock.now() + wait)
      wait = Math.min(wait * 1.5, 10_000)
    }
    throw new Error(`${this.type.type} never came to it; last seen ${JSON.stringify(await ask())}`)
  }

  async describe(): Promise<string> {
    const rows = await this.store.rows()
    const line = (row: ObjectRow) =>
      `${row.node}#${row.incarnation} ${row.id} ${row.state.status} ${row.state.why?.code ?? ""} ${row.state.why?.message ?? ""}`
    return [...rows.map(line), ...this.store.events.slice(-10).map((event) => JSON.stringify(event))].join("\n")
  }

  async #run(desired: Desired<P>, hook: VerbHook, simulated: SimulatedProcess): Promise<RunResult> {
    const runaway = new AbortController()
    const limit = this.ledger.mutations + MAX_MUTATIONS
    const watched: VerbHook = (moment) => {
      if (this.ledger.mutations > limit) runaway.abort()
      return hook(moment)
    }
    const graph = desired === null ? null : await this.#graph(desired)
    for (const node of graph?.nodes.values() ?? []) {
      this.#types.set(node.type.type, node.type)
      node.type = this.ledger.watch(node.type, watched)
    }
    const result = await runDeployment({
      ...IDENTITY,
      store: simulated.store(this.store),
      lease: this.store.lease(IDENTITY.deployment, this.clock.now() + LEASE_MS),
      leaseMs: LEASE_MS,
      platform: { nodes: [...this.#types.values()].map((type) => this.ledger.watch(type, watched)) },
      context: this.context,
      graph,
      secretKey: SECRET_KEY,
      clock: simulated.clock(this.clock),
      signal: runaway.signal,
    })
    if (runaway.signal.aborted) throw new Error(`it calls without end:\n${await this.describe()}`)
    return result
  }

  /** Builds the graph. Entries of a prop that holds parts become contributions. */
  async #graph(desired: Partial<Inputs<P>> | "needs"): Promise<Graph> {
    const graph = new Graph({ prefix: "p4k2m9x1", choices: await this.store.choices() })
    const props: Props = { ...this.#given({ graph, context: this.context }), ...(desired === "needs" ? {} : desired) }
    if (desired === "needs") return graph
    const { parts } = traitsOf(this.type)
    const handle = graph.add<Props, A, C>(this.type as unknown as ObjectType<Props, A, C>, NODE, {
      ...props,
      ...(parts ? { [parts]: {} } : {}),
    })
    const entries = parts ? ((props[parts] ?? {}) as Record<string, Props>) : {}
    for (const [key, entry] of Object.entries(entries)) graph.part(handle, key, entry)
    return graph
  }
}
