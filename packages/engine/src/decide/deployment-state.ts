import { problem, type RandomBytes } from "@alienplatform/core"
import type { Graph } from "../declare/graph.ts"
import type { AnyNodeType } from "../declare/node-type.ts"
import { blankRow } from "../record/blank-row.ts"
import type { Hold, ObjectRow, Reason } from "../record/row.ts"
import { isChildOf } from "./child-of.ts"
import { DeploymentRows } from "./deployment-rows.ts"
import { isAwaitedElsewhere } from "./resolve-node.ts"
import { Resolver } from "./resolver.ts"
import type { Goal, Resolved } from "./wanted.ts"

export interface DeploymentStateOptions {
  rows: readonly ObjectRow[]
  /** What the deployment should consist of; null deletes everything. */
  graph: Graph | null
  types: readonly AnyNodeType[]
  secretKey: Uint8Array
  random: RandomBytes
  /** With `graph` null: removes our marks and leaves the objects in place. */
  detach?: boolean
  /** Highest incarnation that each node ever had, by node, for nodes whose row is gone. */
  incarnations?: ReadonlyMap<string, number>
}

/** Why a node cannot have its object: another node of the deployment has its key and keeps it. */
export const KEY_TAKEN = "key_taken"

export function refuseUnknownType({ node, type }: Pick<ObjectRow, "type" | "node">): never {
  throw problem("node_type_unknown", {
    message: `${node} is recorded as ${type}, which this version does not know; install the version that made it`,
    internal: true,
  })
}

/** Rows that a refresh affected. */
export interface RefreshResult {
  /** Rows to visit because their goal may have changed. */
  toVisit: Set<string>
  /** Rows to mark for deletion: nothing wants them and nothing depends on them. */
  doomed: ObjectRow[]
}

/** Compares a deployment's rows with its graph and tells the goal of each row. */
export class DeploymentState {
  readonly rows: DeploymentRows
  readonly graph: Graph | null
  readonly #resolver: Resolver | undefined
  readonly #types: Map<string, AnyNodeType>
  readonly #random: RandomBytes
  readonly #detach: boolean
  readonly #incarnations: ReadonlyMap<string, number>
  /** Nodes whose rows changed since the last refresh; absent: all of them. */
  #changed: Set<string> | undefined
  /** Rows that may have become free to go since the last refresh. */
  #suspects = new Set<string>()
  /** Nodes that wait for a key that another object holds. */
  readonly #waitingForKey = new Set<string>()
  /** Rows that hold entries in a shared object. */
  readonly #shared = new Set<string>()
  readonly #unusable = new Set<string>()

  constructor(options: DeploymentStateOptions) {
    const { graph, types, secretKey } = options
    this.graph = graph
    this.#random = options.random
    this.#detach = options.detach ?? false
    this.#incarnations = options.incarnations ?? new Map()
    this.#types = new Map(types.map((type) => [type.type, type]))
    for (const { type } of graph?.nodes.values() ?? []) this.#types.set(type.type, type)
    this.rows = new DeploymentRows((row) => this.typeOf(row))
    for (const row of options.rows) this.#index(row)
    for (const row of options.rows) this.#suspects.add(row.object)
    this.#resolver = graph ? new Resolver({ graph, secretKey, rowsOf: (node) => this.rows.ofNode(node) }) : undefined
  }

  get entries(): ReadonlyMap<string, Resolved> {
    return this.#resolver?.entries ?? new Map()
  }

  typeOf(row: Pick<ObjectRow, "type" | "node">): AnyNodeType {
    return this.#types.get(row.type) ?? refuseUnknownType(row)
  }

  /** Does every wanted object exist and serve? Always false while everything is being deleted. */
  get allUsable(): boolean {
    return this.entries.size > 0 && this.#unusable.size === 0
  }

  /** May other nodes use this node's object? */
  isUsable(node: string): boolean {
    return this.entries.get(node)?.usable ?? false
  }

  put(row: ObjectRow): void {
    const before = this.rows.get(row.object)
    this.#index(row)
    this.#touch(row, before)
  }

  /** Stores a row of which only the next read time changed; references to it need no new answer. */
  reschedule(row: ObjectRow): void {
    this.rows.put(row)
  }

  #index(row: ObjectRow): void {
    this.rows.put(row)
    if (Object.keys(row.parts).length > 0) this.#shared.add(row.object)
    else this.#shared.delete(row.object)
  }

  delete(object: string): void {
    const row = this.rows.get(object)
    if (!row) return
    this.rows.delete(object)
    this.#shared.delete(object)
    this.#touch(row, row)
  }

  get dirty(): boolean {
    return this.#changed === undefined || this.#changed.size > 0 || this.#suspects.size > 0
  }

  #touch(row: ObjectRow, before: ObjectRow | undefined): void {
    this.#changed?.add(row.node)
    this.#suspects.add(row.object)
    // What it depended on may be free now.
    for (const one of before ? [before, row] : [row]) this.#suspectNeedsOf(one)
  }

  #suspectNeedsOf(row: ObjectRow): void {
    for (const { dependencies } of [row, ...Object.values(row.parts)])
      for (const object of Object.keys(dependencies)) this.#suspects.add(object)
  }

  /**
   * Answers references again where rows changed, adds a blank row for every node without one, and finds rows that may
   * be deleted.
   */
  refresh(): RefreshResult {
    const answered = this.#resolver?.refresh(this.#changed) ?? new Set<string>()
    const toVisit = new Set<string>()
    for (const node of answered) this.#take(node)
    for (const node of [...answered, ...this.#waitingForKey])
      for (const row of this.rows.ofNode(node)) {
        toVisit.add(row.object)
        this.#suspects.add(row.object)
        // A name holds an object only while the namer is wanted.
        this.#suspectNeedsOf(row)
      }
    // An entry may have come to its new home meanwhile.
    if (answered.size > 0) for (const object of this.#shared) this.#suspects.add(object)
    this.#changed = new Set()
    return { toVisit, doomed: this.#doomable() }
  }

  #take(node: string): void {
    const entry = this.#resolver?.entries.get(node)
    if (!entry) return
    if (entry.wanted && !entry.row && entry.identityHash !== undefined) {
      const incarnations = this.rows.ofNode(node).map(({ incarnation }) => incarnation)
      const last = Math.max(0, this.#incarnations.get(node) ?? 0, ...incarnations)
      const row = blankRow(entry.desired, entry.identityHash, last + 1, this.#random)
      this.rows.put(row)
      entry.row = row
    }
    if (entry.usable) this.#unusable.delete(node)
    else this.#unusable.add(node)
    if (this.#obstacles(entry).length > 0) this.#waitingForKey.add(node)
    else this.#waitingForKey.delete(node)
  }

  /** Rows whose objects hold the key that this node's next object needs. */
  #obstacles({ desired, wanted, row }: Resolved): ObjectRow[] {
    if (!wanted || (row && holdsObject(row))) return []
    return this.rows.withKey(desired.type, wanted.sealed).filter((other) => other !== row && holdsObject(other))
  }

  goalOf(row: ObjectRow, now: number): Goal {
    if (row.doomed) {
      const waits = this.graph !== null && row.retireAt !== null && row.retireAt > now
      return waits || this.#goesWithItsParent(row)
        ? { kind: "observe", why: null }
        : { kind: "delete", detach: this.#detach }
    }
    const entry = this.entries.get(row.node)
    if (!entry || entry.row?.object !== row.object) return { kind: "observe", why: null }
    if (!entry.wanted) return { kind: "observe", why: waitsForReason(entry.blockedBy) }
    const [obstacle] = this.#obstacles(entry)
    return obstacle
      ? { kind: "observe", why: this.#keyHeld(row, obstacle) }
      : { kind: "converge", wanted: entry.wanted }
  }

  #keyHeld(row: ObjectRow, { node, name, id, doomed }: ObjectRow): Reason {
    const what = id ?? name
    if (this.isWanted(node, what) && node !== row.node && !doomed)
      return {
        code: KEY_TAKEN,
        on: "person",
        message: `${what} is what ${node} of this deployment has and keeps; two objects cannot have it, change one of them`,
      }
    return { code: "waits_for_key", message: `${what} of ${node} has to go first: both cannot be there at once` }
  }

  /** Is this the object that a node wants today? */
  isWanted(node: string, address: string): boolean {
    const row = this.entries.get(node)?.row
    return row !== undefined && (row.id ?? row.name) === address
  }

  /** A key that changes exactly when a decision about the row may change without a change in the cloud. */
  goalKey(row: ObjectRow, now: number): string {
    const goal = this.goalOf(row, now)
    if (goal.kind === "converge") return goal.wanted.fingerprint
    return goal.kind === "observe" ? `observe ${goal.why?.message ?? ""}` : goal.kind
  }

  /** Keys of parts that will be ready soon, so that one full PUT can carry them all. */
  partsOnTheirWay({ wanted }: Resolved): string[] {
    return Object.entries(wanted?.partsBlockedBy ?? {}).flatMap(([key, blockers]) =>
      blockers.every((node) => this.#isOnItsWay(node, new Set())) ? [key] : [],
    )
  }

  #isOnItsWay(node: string, path: Set<string>): boolean {
    if (path.has(node)) return false
    const entry = this.entries.get(node)
    if (entry && !entry.wanted)
      return entry.blockedBy.every((other) => this.#isOnItsWay(other, new Set([...path, node])))
    const status = entry?.row?.state.status
    return status === "due" || status === "changing" || status === "settled"
  }

  /**
   * Rows that nothing wants and nothing depends on: their node is gone, or its wanted object is usable, or they hold a
   * key that another object needs. In the last case objects whose identity contains them go as well.
   */
  #doomable(): ObjectRow[] {
    const first = this.#keyHoldersToDelete()
    const suspects = new Set([...this.#suspects, ...first])
    this.#suspects = new Set()
    const found: ObjectRow[] = []
    for (const object of suspects) {
      const row = this.rows.get(object)
      if (!row || row.doomed || !(first.has(object) || this.isLeftBehind(row))) continue
      const holders = [...this.rows.holdersOf(object)].filter(([holder, hold]) => this.#counts(row, holder, hold))
      if (holders.every(([holder]) => first.has(object) && !first.has(holder.object) && !holder.doomed)) found.push(row)
    }
    return found
  }

  /** Checks at the next refresh whether the row may be deleted. */
  suspect(object: string): void {
    this.#suspects.add(object)
  }

  #counts(row: ObjectRow, holder: ObjectRow, hold: Hold): boolean {
    const leaves = holder.doomed || this.isLeftBehind(holder)
    if (hold === "name") return !leaves
    return !(leaves && this.#goesWith(holder, hold, row) && this.#isUnheld(holder))
  }

  #isUnheld(row: ObjectRow): boolean {
    return [...this.rows.holdersOf(row.object)].every(([holder, hold]) => !this.#counts(row, holder, hold))
  }

  /** Does the cloud delete `holder` together with the parent that it is a child of? */
  #goesWith(holder: ObjectRow, hold: Hold, parent: ObjectRow): boolean {
    if (hold !== "identity" || holder.operation !== null || this.#detach) return false
    const type = this.typeOf(parent)
    return type.kind === "object" && type.cascades === true && isChildOf(this.typeOf(holder), holder.props, parent)
  }

  /** Is the row's parent being deleted, unhindered, and the row with it? Then it needs no call of its own. */
  #goesWithItsParent(row: ObjectRow): boolean {
    return Object.entries(row.dependencies).some(([object, hold]) => {
      const parent = this.rows.get(object)
      const { status } = parent?.state ?? {}
      const isHeldUp = status === "parked" || status === "waiting"
      return parent?.doomed === true && !isHeldUp && this.#goesWith(row, hold, parent)
    })
  }

  /** Rows of children that the cloud deleted together with `parent`. */
  childrenGoneWith(parent: ObjectRow): ObjectRow[] {
    return [...this.rows.holdersOf(parent.object)].flatMap(([holder, hold]) =>
      (holder.doomed || this.isLeftBehind(holder)) && this.#goesWith(holder, hold, parent) ? [holder] : [],
    )
  }

  /** Is the row no longer wanted, and its successor usable? */
  isLeftBehind(row: ObjectRow): boolean {
    if (!this.#resolver || !this.graph) return true
    const { otherHomes } = this.#resolver.scope
    if (
      Object.keys(row.parts).some(
        (key) => isAwaitedElsewhere(row, key, { otherHomes }) && !this.#partIsWanted(row, key),
      )
    )
      return false
    const entry = this.entries.get(row.node)
    if (!entry) return !this.graph.nodes.has(row.node)
    return entry.identityHash !== undefined && entry.row?.object !== row.object && entry.usable
  }

  #partIsWanted({ node }: ObjectRow, key: string): boolean {
    return this.graph?.nodes.get(node)?.parts[key] !== undefined
  }

  /**
   * Objects to delete first because they hold a key that a new object needs, with the objects that exist only for them.
   */
  #keyHoldersToDelete(): Set<string> {
    const found = new Set<string>()
    const blocked = new Map<string, ObjectRow[]>()
    for (const node of this.#waitingForKey) {
      const entry = this.entries.get(node)
      const obstacles = entry ? this.#obstacles(entry).filter((row) => !row.doomed) : []
      for (const row of obstacles) if (row.node === node) found.add(row.object)
      const others = obstacles.filter(
        (row) => row.node !== node && this.entries.get(row.node)?.row?.object !== row.object,
      )
      if (others.length > 0) blocked.set(node, others)
    }
    for (const object of firstOfEachCircle(blocked)) found.add(object)
    for (const object of found)
      for (const [holder, hold] of this.rows.holdersOf(object)) if (hold === "identity") found.add(holder.object)
    return found
  }
}

const waitsForReason = (blockedBy: readonly string[]): Reason => ({
  code: "waits_for",
  message: `waits for ${[...blockedBy].sort().join(", ")}`,
})

/** May an object of this row exist in the cloud? */
export const holdsObject = (row: ObjectRow): boolean =>
  row.id !== null || row.created !== null || row.operation !== null

/**
 * Breaks circles of nodes that wait for each other's keys: of each circle, the objects that its alphabetically first
 * node waits for go first.
 */
function firstOfEachCircle(blocked: ReadonlyMap<string, readonly ObjectRow[]>): string[] {
  const found: string[] = []
  const broken = new Set<string>()
  for (const start of [...blocked.keys()].sort()) {
    const path: string[] = []
    for (let node: string | undefined = start; node !== undefined; ) {
      if (broken.has(node)) break
      if (path.includes(node)) {
        const circle = path.slice(path.indexOf(node))
        const [first = node] = [...circle].sort()
        for (const row of blocked.get(first) ?? []) found.push(row.object)
        for (const one of circle) broken.add(one)
        break
      }
      path.push(node)
      node = blocked.get(node)?.[0]?.node
    }
  }
  return found
}
