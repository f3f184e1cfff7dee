import { type DesiredNode, type Graph, topologicalOrder } from "../declare/graph.ts"
import { traitsOf } from "../declare/traits-of.ts"
import type { ObjectRow } from "../record/row.ts"
import { answerSources } from "./answer-sources.ts"
import { PriorityQueue } from "./priority-queue.ts"
import { type ResolveScope, resolveNode } from "./resolve-node.ts"
import type { Resolved } from "./wanted.ts"

export interface ResolverOptions {
  graph: Graph
  rowsOf(node: string): readonly ObjectRow[]
  secretKey: Uint8Array
  preview?: boolean
}

/** Times that one node may be answered in a refresh; names that refer to each other in a circle stop there. */
const MAX_ROUNDS = 20

/** Answers a graph's references from rows. After a change it answers only nodes that may be affected. */
export class Resolver {
  readonly entries = new Map<string, Resolved>()
  readonly #order: readonly DesiredNode[]
  readonly #position = new Map<string, number>()
  /** Nodes whose answers depend on a node, by node. */
  readonly #listeners = new Map<string, Set<string>>()
  /** Nodes on which a part is declared, by key of the part. */
  readonly #homes = new Map<string, string[]>()
  readonly #signatures = new Map<string, string>()
  readonly #scope: ResolveScope

  constructor({ graph, rowsOf, secretKey, preview = false }: ResolverOptions) {
    this.#order = topologicalOrder(graph)
    this.#scope = {
      graph,
      secretKey,
      preview,
      rowsOf,
      entryOf: (node) => this.entries.get(node),
      otherHomes: (node, key) =>
        (this.#homes.get(key) ?? []).flatMap((home) => (home === node ? [] : (this.entries.get(home) ?? []))),
    }
    const shared: string[] = []
    for (const [position, desired] of this.#order.entries()) {
      const { node } = desired
      this.#position.set(node, position)
      for (const other of answerSources(desired, graph)) this.#listen(node, other)
      if (traitsOf(desired.type).parts) shared.push(node)
      for (const key of Object.keys(desired.parts)) this.#homes.set(key, [...(this.#homes.get(key) ?? []), node])
    }
    // An entry leaves one shared node once another has it.
    for (const node of shared) for (const other of shared) if (node !== other) this.#listen(node, other)
  }

  get scope(): Pick<ResolveScope, "otherHomes"> {
    return this.#scope
  }

  #listen(node: string, to: string): void {
    const listeners = this.#listeners.get(to) ?? new Set<string>()
    this.#listeners.set(to, listeners.add(node))
  }

  /**
   * Answers all nodes, or those in `changed` and every node affected by them; returns the nodes that were answered
   * again.
   */
  refresh(changed?: Iterable<string>): Set<string> {
    const answered = new Set<string>()
    const rounds = new Map<string, number>()
    const due = new PriorityQueue<string>()
    const add = (node: string) => {
      const position = this.#position.get(node)
      if (position !== undefined) due.set(node, position)
    }
    for (const node of changed ?? this.#position.keys()) add(node)
    for (let node = due.take(); node !== undefined; node = due.take()) {
      const round = rounds.get(node) ?? 0
      if (round >= MAX_ROUNDS) continue
      rounds.set(node, round + 1)
      answered.add(node)
      if (this.#answer(node)) for (const listener of this.#listeners.get(node) ?? []) add(listener)
    }
    return answered
  }

  /** Answers one node; true when answers of other nodes may change by it. */
  #answer(node: string): boolean {
    const desired = this.#scope.graph.nodes.get(node)
    if (!desired) return false
    const entry = resolveNode(desired, this.#scope)
    this.entries.set(node, entry)
    const signature = signatureOf(entry, this.#scope.rowsOf(node))
    if (this.#signatures.get(node) === signature) return false
    this.#signatures.set(node, signature)
    return true
  }
}

/** A text that changes when an answer that another node takes from this one may change. */
function signatureOf({ row, usable, wanted }: Resolved, rows: readonly ObjectRow[]): string {
  const visible = rows.map(({ object, id, served, doomed, attributes }) => [object, id, served, doomed, attributes])
  const parts = row && Object.entries(row.parts).map(([key, part]) => [key, part.props, part.parked ?? null])
  return JSON.stringify([
    row?.object ?? null,
    usable,
    row?.state.status === "settled",
    usable ? (row?.props ?? null) : null,
    usable ? (row?.dependencies ?? null) : null,
    Object.entries(wanted?.parts ?? {}).map(([key, part]) => [key, part.props]),
    parts ?? null,
    visible,
  ])
}
