import { canonicalJson, problem } from "@alienplatform/core"
import { nodeName } from "./names.ts"
import type { AnyNodeType, BorrowedType, EnsureType, LookupType, ObjectType } from "./node-type.ts"
import type { Attributes, Props } from "./reading.ts"
import { eachRef, Gated, type Input, type Level, type Predecessor, Ref, type SENT } from "./refs.ts"
import type { Target } from "./traits.ts"
import { traitsOf } from "./traits-of.ts"

export interface Contribution {
  props: Props
  after: Predecessor[]
}

/** A node of the graph, as a component declared it. */
export interface DesiredNode {
  node: string
  type: AnyNodeType
  /** Props of the object; values may be references to other nodes. */
  props: Props
  after: Predecessor[]
  /** Parts that components contribute to the prop `type.parts`, by key. */
  parts: Record<string, Contribution>
  /** Name of the node's first object; later incarnations append their number. */
  name: string
}

/** Handle of a node, or of a part of a shared node, that a component added. */
export class NodeHandle<A = Attributes> {
  readonly node: string
  readonly part: string | undefined

  constructor(node: string, part?: string) {
    this.node = node
    this.part = part
  }

  /**
   * A reference to an attribute of the node, or to `$sent`, a hash of what was last sent to it. The reference of a part
   * also waits until the part was accepted.
   */
  ref<K extends (keyof A & string) | typeof SENT>(
    attribute: K,
    level: Level = "settled",
  ): Ref<K extends keyof A ? A[K] : string> {
    return new Ref(this.node, attribute, level, this.part)
  }

  /**
   * A value that is `until` before this gate passes and `value` afterwards. While the gate is asked again, the value
   * last sent stays. Adds no order.
   */
  once<T>(value: Input<T>, { until }: { until: Input<T> }): Gated<T> {
    return new Gated<T>(this.node, value, until)
  }
}

const predecessor = ({ node, part }: Predecessor): Predecessor => ({ node, part })

export interface GraphOptions {
  /** Prefix of every name that we give to an object. */
  prefix: string
  /** Stored choices of earlier expansions, by key. */
  choices?: Readonly<Record<string, string>>
  /** Where the deployment is: account, Region and whatever else the platform's target has. */
  target?: Target
}

type TypeOf<P extends object, A extends object, C> =
  | ObjectType<P, A, C>
  | EnsureType<P, A, C>
  | BorrowedType<P, A, C>
  | LookupType<P, A, C>

/** The nodes that a deployment should consist of. Components add to it; the engine reads it. */
export class Graph {
  readonly nodes = new Map<string, DesiredNode>()
  /** Keys of all choices that this expansion asked for. */
  readonly chosen = new Set<string>()
  /** Choices first made by this expansion; saved with the run's first write. */
  readonly newChoices: Record<string, string> = {}
  readonly target: Target
  readonly #prefix: string
  readonly #choices: Record<string, string>

  constructor({ prefix, choices = {}, target = {} }: GraphOptions) {
    this.#prefix = prefix
    this.#choices = { ...choices }
    this.target = target
  }

  /**
   * Adds a node. Its id is `resource/role[/key]`, lower case, `_stack/…` for shared ones. Adding the same id twice is an
   * error unless `shared` is set and type and props are the same; then the orders of all hold.
   */
  add<P extends object, A extends object, C>(
    type: TypeOf<P, A, C>,
    node: string,
    props: { [K in keyof P]: Input<P[K]> },
    { after = [], shared = false }: { after?: readonly Predecessor[]; shared?: boolean } = {},
  ): NodeHandle<A> {
    const known = this.nodes.get(node)
    if (known) this.#refuseOther(known, type, props, shared)
    if (known) known.after.push(...after.map(predecessor))
    else
      this.nodes.set(node, {
        node,
        type,
        props,
        after: after.map(predecessor),
        parts: {},
        name: nodeName(this.#prefix, node, traitsOf(type).identity),
      })
    return new NodeHandle<A>(node)
  }

  #refuseOther(known: DesiredNode, type: AnyNodeType, props: Props, shared: boolean): void {
    const { node } = known
    if (!shared) throw graphError(`node ${node} is added twice; a node id names one object`)
    if (known.type !== type) throw graphError(`${node} is shared as ${known.type.type} and as ${type.type}`)
    const names = new Set([...Object.keys(known.props), ...Object.keys(props)])
    const other = [...names].filter((name) => referenceText(known.props[name]) !== referenceText(props[name]))
    if (other.length > 0)
      throw graphError(`${node} is shared with different ${other.join(", ")}; all who share a node want the same of it`)
  }

  /** Contributes a part to a shared node: one entry, by key. */
  part<A extends object>(
    to: NodeHandle<A>,
    key: string,
    props: Props,
    { after = [] }: { after?: readonly Predecessor[] } = {},
  ): NodeHandle<A> {
    const shared = this.nodes.get(to.node)
    if (!shared) throw graphError(`part ${key} goes to ${to.node}, which is not in the graph`)
    if (!traitsOf(shared.type).parts) throw graphError(`${shared.type.type} takes no parts; ${key} cannot go there`)
    if (shared.parts[key]) throw graphError(`part ${key} of ${to.node} is contributed twice`)
    shared.parts[key] = { props, after: after.map(predecessor) }
    return new NodeHandle<A>(to.node, key)
  }

  /**
   * Chooses a value that has no natural key (a shard, a port) once and for good: the first candidate that no other
   * choice of `space` took.
   */
  choose(space: string, key: string, candidates: Iterable<string>): string {
    const full = `${space}:${key}`
    this.chosen.add(full)
    const made = this.#choices[full]
    if (made !== undefined) return made
    const taken = new Set(
      Object.entries(this.#choices).flatMap(([other, value]) => (other.startsWith(`${space}:`) ? [value] : [])),
    )
    for (const candidate of candidates) {
      if (taken.has(candidate)) continue
      this.#choices[full] = candidate
      this.newChoices[full] = candidate
      return candidate
    }
    throw problem("choices_exhausted", { message: `no ${space} is left for ${key}: all ${taken.size} are taken` })
  }
}

/** A value as canonical JSON in which references are named, to compare two declarations. */
const referenceText = (value: unknown): string =>
  canonicalJson(
    JSON.parse(
      JSON.stringify(value ?? null, (_, member: unknown) =>
        member instanceof Ref || member instanceof Gated ? { [`$${member.constructor.name}`]: { ...member } } : member,
      ),
    ),
  )

export const graphError = (message: string) => problem("graph_invalid", { message, internal: true })

/** Sorts nodes so that every reference of level settled or exists points backwards. Throws `graph_cycle`. */
export function topologicalOrder(graph: Graph): DesiredNode[] {
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
    for (const other of neededNodes(node)) visit(other, id)
    path.pop()
    state.set(id, "done")
    order.push(node)
  }
  for (const id of graph.nodes.keys()) visit(id, id)
  return order
}

/** Ids of nodes that must exist or be settled before this node can be decided, those of its parts included. */
export function neededNodes(node: DesiredNode): Set<string> {
  const needs = new Set<string>()
  for (const { props, after } of [node, ...Object.values(node.parts)]) {
    eachRef(props, (ref) => {
      if (ref instanceof Ref && ref.level !== "name") needs.add(ref.node)
    })
    for (const other of after) needs.add(other.node)
  }
  return needs
}
