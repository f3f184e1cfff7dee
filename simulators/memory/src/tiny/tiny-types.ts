import type { Json } from "@alienplatform/core"
import {
  type AnyNodeType,
  type Call,
  type Clock,
  createLimiter,
  defineNode,
  Graph,
  type Lease,
  type LimitDefinition,
  type Limiter,
  type ObjectRow,
  type ObjectStore,
  type ObjectType,
  type Owner,
  type Plan,
  planDeployment,
  type Reading,
  type RunResult,
  runDeployment,
  type Slots,
  type Verb,
} from "@alienplatform/engine"
import { blankRow, MemoryStore, SimulatedClock, type Wanted } from "@alienplatform/engine/testing"
import { type Interference, MemoryCloud } from "../cloud.ts"
import { type Behaviour, type MemoryContext, objectVerbs } from "../object.ts"

/** More calls than any run of a test needs. */
const MAX_CALLS = 500

/** Props of every tiny type; a test sets the one or two that it is about. */
export interface TinyProps {
  key?: string
  size?: number
  color?: string
  to?: string
  secret?: string
  entries?: Record<string, Json>
}

export interface TinyAttributes {
  id: string
  address: string
}

export type TinyType = ObjectType<TinyProps, TinyAttributes, MemoryContext>

/** Declares a type with only the traits that a test is about; by default it is named and everything is instant. */
export const tiny = (
  kind: string,
  traits: Partial<Omit<TinyType, "kind" | "type">> = {},
  behaviour: Partial<Behaviour<TinyProps, TinyAttributes>> = {},
): TinyType =>
  defineNode<TinyProps, TinyAttributes, MemoryContext>({
    type: `tiny.${kind}`,
    identity: { by: "name" },
    callTimeoutMs: 60_000,
    visibleWithin: 5_000,
    permissions: { read: [] },
    ...objectVerbs<TinyProps, TinyAttributes>({
      kind,
      address: "name",
      attributes: ({ id }) => ({ address: `${id}.example` }),
      ...behaviour,
    }),
    ...traits,
  })

export const SECRET_KEY = new Uint8Array(32).fill(7)
export const IDENTITY = { installation: "ins_tiny", deployment: "dep_tiny" }
/** Our mark on an object of the node; by default its first. */
export const markOf = (node: string, incarnation = 1): Owner => ({ ...IDENTITY, node, incarnation })
/** A mark of another deployment. */
export const FOREIGN_OWNER: Owner = { ...IDENTITY, deployment: "dep_stranger", node: "api/thing", incarnation: 1 }

/** A row of `api/thing` whose object was not yet requested. */
export const tinyRow = (type: AnyNodeType, changes: Partial<ObjectRow> = {}): ObjectRow => {
  const node = changes.node ?? "api/thing"
  const name = changes.name ?? `tiny-${node.replaceAll("/", "-")}`
  const blank = blankRow({ node, type, props: {}, after: [], parts: {}, name }, "-", 1, (size) => new Uint8Array(size))
  return { ...blank, object: `obj_${node}#${changes.incarnation ?? 1}`, ...changes }
}

/** A reading of `tinyRow`'s object, as `tinyWanted` wants it. */
export const tinyReading = (changes: Partial<Reading> = {}): Reading => ({
  id: "tiny-api-thing",
  props: { size: 1 },
  attributes: {},
  owner: markOf("api/thing"),
  status: "settled",
  ...changes,
})

export const tinyWanted = (props: TinyProps = { size: 1 }): Wanted => ({
  props: { ...props },
  sealed: { ...props },
  dependencies: {},
  parts: {},
  partsBlockedBy: {},
  desiredParts: [],
  leavingParts: [],
  fingerprint: "print",
})

/** A call that was answered, unless `changes` say that it is open. */
export const tinyCall = (verb: Verb, changes: Partial<Call> = {}): Call => ({
  verb,
  token: "t",
  at: 0,
  open: false,
  previous: { props: null, parts: {}, dependencies: {}, created: null },
  ...changes,
})

export type BuildGraph = ((graph: Graph) => void) | null

export interface TinyRunOptions {
  trouble?: Interference
  store?: ObjectStore
  lease?: Lease
  retry?: boolean
  detach?: boolean
  look?: "all" | "due"
  signal?: AbortSignal
  /** Clock of the process. Default: the cloud's. */
  clock?: Clock
  slots?: Slots
}

/** A deployment of tiny types in its own memory cloud. */
export class TinyDeployment {
  readonly clock = new SimulatedClock()
  readonly cloud = new MemoryCloud(this.clock)
  readonly store = new MemoryStore()
  readonly limiter: Limiter
  readonly #types: readonly AnyNodeType<MemoryContext>[]
  readonly #mostCalls: number
  #seed = 1

  constructor(
    types: readonly AnyNodeType<MemoryContext>[],
    { limits = {}, mostCalls = MAX_CALLS }: { limits?: Record<string, LimitDefinition>; mostCalls?: number } = {},
  ) {
    this.#types = types
    this.#mostCalls = mostCalls
    this.limiter = createLimiter(limits, this.clock)
  }

  readonly #random = (size: number): Uint8Array =>
    Uint8Array.from({ length: size }, () => {
      this.#seed = (Math.imul(this.#seed, 1_103_515_245) + 12_345) >>> 0
      return (this.#seed >>> 16) & 255
    })

  lease(clock: Clock = this.clock): Lease {
    return this.store.lease(IDENTITY.deployment, clock.now() + 300_000)
  }

  async #options(build: BuildGraph, trouble: Interference) {
    return {
      platform: { nodes: this.#types },
      context: { cloud: this.cloud.connect(trouble) },
      ...IDENTITY,
      graph: build && graphOf(build, await this.store.choices()),
      secretKey: SECRET_KEY,
      clock: this.clock,
    }
  }

  /** Runs one process; `build` null destroys. Throws when it makes more calls than any run needs. */
  async run(
    build: BuildGraph,
    {
      trouble = {},
      store,
      lease,
      signal,
      retry = false,
      detach = false,
      look = "all",
      clock = this.clock,
      slots,
    }: TinyRunOptions = {},
  ): Promise<RunResult> {
    const endless = new AbortController()
    const last = this.cloud.calls + this.#mostCalls
    const counted: Interference = {
      ...trouble,
      before: (call) => {
        if (call.number > last) endless.abort()
        return trouble.before?.(call)
      },
    }
    const result = await runDeployment({
      ...(await this.#options(build, counted)),
      store: store ?? this.store,
      lease: lease ?? this.lease(clock),
      clock,
      ...(slots ? { slots } : {}),
      random: this.#random,
      limiter: this.limiter,
      signal: signal ? AbortSignal.any([signal, endless.signal]) : endless.signal,
      retry,
      detach,
      look,
    })
    if (endless.signal.aborted)
      throw new Error(`the run makes calls without end:\n${JSON.stringify(result.rows, null, 1)}`)
    return result
  }

  /** Runs processes one after the other, whenever something is due, until nothing is in flight or left to do. */
  async converge(build: BuildGraph, options: Omit<TinyRunOptions, "lease" | "signal"> = {}): Promise<RunResult> {
    for (let count = 0; count < 40; count += 1) {
      const result = await this.run(build, options)
      const tidy = result.rows.every((row) => !row.doomed && !row.created?.uncertain)
      if (result.outcome === "destroyed" || (result.outcome === "settled" && tidy)) return result
      if (result.dueAt === null) break
      await this.clock.advance(result.dueAt - this.clock.now())
    }
    throw new Error(`it never converges:\n${JSON.stringify(await this.store.rows(), null, 1)}`)
  }

  async plan(build: BuildGraph): Promise<Plan> {
    return planDeployment({ ...(await this.#options(build, {})), store: this.store })
  }

  /** The stored row of the node's newest object. */
  async row(node: string): Promise<ObjectRow> {
    const rows = (await this.store.rows()).filter((row) => row.node === node)
    const newest = rows.sort((left, right) => right.incarnation - left.incarnation)[0]
    if (!newest) throw new Error(`${node} has no row`)
    return newest
  }

  /** Existing objects of a kind. */
  objects(kind: string) {
    return this.cloud.ofKind(kind)
  }

  /** The only object of a kind; throws when there are none or several. */
  onlyObject(kind: string) {
    const [first, ...rest] = this.objects(kind)
    if (!first || rest.length > 0) throw new Error(`expected one ${kind}, found ${this.objects(kind).length}`)
    return first
  }
}

export const graphOf = (build: (graph: Graph) => void, choices: Record<string, string> = {}): Graph => {
  const graph = new Graph({ prefix: "tiny", choices })
  build(graph)
  return graph
}
