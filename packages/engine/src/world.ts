import { problem, type RandomBytes } from "@alienplatform/core"
import { blankRow } from "./blank-row.ts"
import type { Goal } from "./decide.ts"
import type { Graph } from "./graph.ts"
import type { AnyNodeType } from "./node-type.ts"
import { keyOf, traitsOf } from "./props.ts"
import { type Resolved, resolve } from "./resolve.ts"
import type { ObjectRow } from "./row.ts"

export interface WorldOptions {
  rows: readonly ObjectRow[]
  /** null: nothing is wanted any more. */
  graph: Graph | null
  types: readonly AnyNodeType[]
  secretKey: Uint8Array
  random: RandomBytes
}

/** The rows of a deployment against its graph, and what follows from them for each row. */
export class World {
  readonly rows = new Map<string, ObjectRow>()
  resolved: Map<string, Resolved> = new Map()
  readonly #graph: Graph | null
  readonly #types: Map<string, AnyNodeType>
  readonly #secretKey: Uint8Array
  readonly #random: RandomBytes

  constructor({ rows, graph, types, secretKey, random }: WorldOptions) {
    for (const row of rows) this.rows.set(row.object, row)
    this.#graph = graph
    this.#types = new Map(types.map((type) => [type.type, type]))
    for (const { type } of graph?.nodes.values() ?? []) this.#types.set(type.type, type)
    this.#secretKey = secretKey
    this.#random = random
  }

  typeOf(row: Pick<ObjectRow, "type" | "node">): AnyNodeType {
    const type = this.#types.get(row.type)
    if (type) return type
    throw problem("node_type_unknown", {
      message: `${row.node} is recorded as ${row.type}, which this version does not know; install the version that made it`,
      internal: true,
    })
  }

  /** Answers the references again and adds a blank row for every node that has none. */
  refresh(): void {
    this.resolved = this.#graph ? resolve(this.#graph, this.rows.values(), this.#secretKey) : new Map()
    for (const entry of this.resolved.values()) {
      if (!entry.wanted || entry.row || entry.of === undefined) continue
      if (this.obstacles(entry).length > 0) continue
      const incarnations = [...this.rows.values()]
        .filter((row) => row.node === entry.desired.node)
        .map((row) => row.incarnation)
      const row = blankRow(entry.desired, entry.of, Math.max(0, ...incarnations) + 1, this.#random)
      this.rows.set(row.object, row)
      entry.row = row
    }
  }

  /** Rows whose objects hold the key that this node's next object needs. */
  obstacles({ desired, wanted, row }: Resolved): ObjectRow[] {
    const key = wanted && keyOf(desired.type, wanted.props)
    if (key === undefined) return []
    return [...this.rows.values()].filter(
      (other) =>
        other !== row && other.type === desired.type.type && other.props && keyOf(desired.type, other.props) === key,
    )
  }

  goalOf(row: ObjectRow, now: number): Goal {
    if (row.doomed) return row.retireAt !== null && row.retireAt > now ? { kind: "observe" } : { kind: "delete" }
    const entry = this.resolved.get(row.node)
    return entry?.row === row && entry.wanted ? { kind: "converge", wanted: entry.wanted } : { kind: "observe" }
  }

  /** Changes exactly when a decision about the row may change without the cloud. */
  goalKey(row: ObjectRow, now: number): string {
    const goal = this.goalOf(row, now)
    return goal.kind === "converge" ? goal.wanted.fingerprint : goal.kind
  }

  /**
   * Rows that nothing wants any more and nothing depends on. Their node is gone, or its wanted object is usable, or
   * they hold the key that the wanted object needs; in that last case objects whose identity contains them go as well.
   */
  doomable(): ObjectRow[] {
    const first = this.#mustGoFirst()
    const holders = new Map<string, ObjectRow[]>()
    for (const row of this.rows.values()) {
      for (const object of dependenciesOf(row)) holders.set(object, [...(holders.get(object) ?? []), row])
    }
    return [...this.rows.values()].filter((row) => {
      if (row.doomed || !(first.has(row) || this.#leftBehind(row))) return false
      const dependants = (holders.get(row.object) ?? []).filter((other) => other !== row)
      return dependants.every((other) => first.has(row) && !first.has(other) && !other.doomed)
    })
  }

  #leftBehind(row: ObjectRow): boolean {
    const entry = this.resolved.get(row.node)
    if (!entry) return !this.#graph?.nodes.has(row.node)
    return entry.of !== undefined && entry.row !== row && entry.usable
  }

  #mustGoFirst(): Set<ObjectRow> {
    const found = new Set<ObjectRow>()
    for (const entry of this.resolved.values()) {
      if (!entry.wanted || entry.row) continue
      for (const row of this.obstacles(entry)) if (row.node === entry.desired.node) found.add(row)
    }
    for (const row of found) {
      for (const other of this.rows.values()) {
        if (dependenciesOf(other).has(row.object) && this.#identityContains(other, row)) found.add(other)
      }
    }
    return found
  }

  /** Is the other row's object made for this very one, so that it has to be made anew as well? */
  #identityContains(other: ObjectRow, row: ObjectRow): boolean {
    const { replaceOn } = traitsOf(this.typeOf(other))
    if (!replaceOn) return false
    const values =
      typeof replaceOn === "function"
        ? other.props && replaceOn(other.props)
        : replaceOn.map((name) => other.props?.[name])
    const text = JSON.stringify(values ?? null)
    return [row.id, ...Object.values(row.attributes)].some(
      (value) => typeof value === "string" && value !== "" && text.includes(value),
    )
  }
}

/** Objects that must outlive this one, its parts' included. */
export const dependenciesOf = (row: ObjectRow): Set<string> =>
  new Set([...row.dependencies, ...Object.values(row.parts).flatMap((part) => part.dependencies)])
