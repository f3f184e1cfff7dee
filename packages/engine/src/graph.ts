import { fitName, problem } from "@alienplatform/core"
import type { AnyNodeType, Attributes, LookupType, ObjectType, Props } from "./node-type.ts"

/**
 * How far the referred object must be. settled: ready, with today's props. exists: created, perhaps still
 * changing. name: nothing at all, the attribute follows from the name; records no dependency.
 */
export type Level = "settled" | "exists" | "name"

/** Stands in props for a value that another node's object will have. */
export class Ref<T = unknown> {
  readonly node: string
  readonly attribute: string
  readonly level: Level
  /** The part of the node that has to be there as well. */
  readonly part: string | undefined
  /** Keeps the type of the value; never present. */
  declare readonly value: T

  constructor(node: string, attribute: string, level: Level, part?: string) {
    this.node = node
    this.attribute = attribute
    this.level = level
    this.part = part
  }
}

/** Props as a component writes them: any value, at any depth, may be a reference. */
export type Input<T> =
  | T
  | Ref<T>
  | (T extends readonly (infer Item)[] ? Input<Item>[] : T extends object ? { [K in keyof T]: Input<T[K]> } : never)

/** An order without data: the node, or one part of it, must be settled. */
export interface Predecessor {
  node: string
  part?: string | undefined
}

export interface Contribution {
  props: Props
  after: Predecessor[]
}

/** A node as today's expansion wants it. */
export interface DesiredNode {
  node: string
  type: AnyNodeType
  /** May contain references. */
  props: Props
  after: Predecessor[]
  /** By key: what components contribute to `type.parts`. */
  parts: Record<string, Contribution>
  /** Without the incarnation. */
  name: string
}

/** What a component holds of a node that it added, or of its part of a shared one. */
export class NodeHandle<A = Attributes> {
  readonly node: string
  readonly part: string | undefined

  constructor(node: string, part?: string) {
    this.node = node
    this.part = part
  }

  /** Of a part: also waits until the part was taken. */
  ref<K extends keyof A & string>(attribute: K, level: Level = "settled"): Ref<A[K]> {
    return new Ref<A[K]>(this.node, attribute, level, this.part)
  }
}

const predecessor = ({ node, part }: Predecessor): Predecessor => ({ node, part })

export interface GraphOptions {
  /** Starts every name that we give to an object. */
  prefix: string
  /** Choices made before, by key; new ones are added here and saved with the run's first write. */
  choices?: Record<string, string>
  /** Longest name that the platform takes everywhere. Default 63. */
  maxNameLength?: number
}

/** What a deployment consists of today. Components add to it; the engine reads it. */
export class Graph {
  readonly nodes = new Map<string, DesiredNode>()
  readonly choices: Record<string, string>
  /** Keys of `choices` that this expansion asked for. */
  readonly chosen = new Set<string>()
  readonly #prefix: string
  readonly #maxNameLength: number

  constructor({ prefix, choices = {}, maxNameLength = 63 }: GraphOptions) {
    this.#prefix = prefix
    this.choices = { ...choices }
    this.#maxNameLength = maxNameLength
  }

  /**
   * Adds a node. Its id is `resource/role[/key]`, lower case, `_stack/…` for shared ones. Adding the same id twice
   * is an error unless `shared` is set, where the first one's props hold and the orders of all.
   */
  add<P extends object, A extends object, C>(
    type: ObjectType<P, A, C> | LookupType<P, A, C>,
    node: string,
    props: { [K in keyof P]: Input<P[K]> },
    { after = [], shared = false }: { after?: readonly Predecessor[]; shared?: boolean } = {},
  ): NodeHandle<A> {
    const known = this.nodes.get(node)
    if (known && !shared) throw graphError(`node ${node} is added twice; a node id names one object`)
    if (known && known.type !== type) throw graphError(`${node} is shared as ${known.type.type} and as ${type.type}`)
    if (known) known.after.push(...after.map(predecessor))
    else this.nodes.set(node, { node, type, props, after: after.map(predecessor), parts: {}, name: this.#name(node) })
    return new NodeHandle<A>(node)
  }

  #name(node: string): string {
    const name = `${this.#prefix}-${node.replace(/^_/, "").replace(/[^a-z0-9-]+/g, "-")}`
    // Room for the incarnation.
    return fitName(name, this.#maxNameLength - 4)
  }

  /** Contributes one entry, by key, to a shared node. */
  part<A extends object>(
    to: NodeHandle<A>,
    key: string,
    props: Props,
    { after = [] }: { after?: readonly Predecessor[] } = {},
  ): NodeHandle<A> {
    const shared = this.nodes.get(to.node)
    if (!shared) throw graphError(`part ${key} goes to ${to.node}, which is not in the graph`)
    if (shared.type.kind !== "object" || !shared.type.parts)
      throw graphError(`${shared.type.type} takes no parts; ${key} cannot go there`)
    if (shared.parts[key]) throw graphError(`part ${key} of ${to.node} is contributed twice`)
    shared.parts[key] = { props, after: after.map(predecessor) }
    return new NodeHandle<A>(to.node, key)
  }

  /** A choice with no natural key, made once and kept: the first candidate that no other choice of `space` took. */
  choose(space: string, key: string, candidates: Iterable<string>): string {
    const full = `${space}:${key}`
    this.chosen.add(full)
    const made = this.choices[full]
    if (made !== undefined) return made
    const taken = new Set(
      Object.entries(this.choices).flatMap(([other, value]) => (other.startsWith(`${space}:`) ? [value] : [])),
    )
    for (const candidate of candidates) {
      if (taken.has(candidate)) continue
      this.choices[full] = candidate
      return candidate
    }
    throw problem("choices_exhausted", { message: `no ${space} is left for ${key}: all ${taken.size} are taken` })
  }
}

const graphError = (message: string) => problem("graph_invalid", { message, internal: true })

/** Nodes in an order in which every settled or exists reference points backwards; throws `graph_cycle`. */
export function topological(graph: Graph): DesiredNode[] {
  const order: DesiredNode[] = []
  const state = new Map<string, "open" | "done">()
  const path: string[] = []
  const visit = (id: string, from: string) => {
    const node = graph.nodes.get(id)
    if (!node) throw graphError(`${from} refers to ${id}, which is not in the graph`)
    if (state.get(id) === "done") return
    if (state.get(id) === "open") {
      const cycle = [...path.slice(path.indexOf(id)), id].join(" → ")
      throw problem("graph_cycle", {
        message: `nodes wait for each other: ${cycle}; use a name reference for one of them`,
        internal: true,
      })
    }
    state.set(id, "open")
    path.push(id)
    for (const other of needs(node)) visit(other, id)
    path.pop()
    state.set(id, "done")
    order.push(node)
  }
  for (const id of graph.nodes.keys()) visit(id, id)
  return order
}

/** Ids of the nodes that must exist or be settled before this one can be decided, its parts' included. */
export function needs(node: DesiredNode): Set<string> {
  const found = new Set(node.after.map((other) => other.node))
  collect(node.props, found)
  for (const part of Object.values(node.parts)) {
    for (const other of part.after) found.add(other.node)
    collect(part.props, found)
  }
  return found
}

/** Ids of the nodes that a value refers to at level settled or exists. */
export function collect(value: unknown, into: Set<string>): void {
  if (value instanceof Ref) {
    if (value.level !== "name") into.add(value.node)
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, into)
  } else if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) collect(member, into)
  }
}
