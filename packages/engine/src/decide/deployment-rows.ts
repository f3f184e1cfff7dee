import { canonicalJson, type Json } from "@alienplatform/core"
import type { AnyNodeType } from "../declare/node-type.ts"
import { traitsOf } from "../declare/traits-of.ts"
import { dependenciesOf } from "../record/dependencies.ts"
import type { Dependencies, Hold, ObjectRow } from "../record/row.ts"

const none: readonly ObjectRow[] = []

/** The rows of a deployment, found by object, by node, by what they depend on, by key and by address. */
export class DeploymentRows {
  readonly #rows = new Map<string, ObjectRow>()
  readonly #byNode = new Map<string, Map<string, ObjectRow>>()
  /** Rows that depend on an object, and how, by object. */
  readonly #holders = new Map<string, Map<string, Hold>>()
  readonly #byKey = new Map<string, Set<string>>()
  readonly #byAddress = new Map<string, Set<string>>()
  readonly #dependencies = new Map<string, Dependencies>()
  readonly #typeOf: (row: ObjectRow) => AnyNodeType

  constructor(typeOf: (row: ObjectRow) => AnyNodeType) {
    this.#typeOf = typeOf
  }

  get size(): number {
    return this.#rows.size
  }

  all(): IterableIterator<ObjectRow> {
    return this.#rows.values()
  }

  get(object: string): ObjectRow | undefined {
    return this.#rows.get(object)
  }

  ofNode(node: string): readonly ObjectRow[] {
    const found = this.#byNode.get(node)
    return found ? [...found.values()] : none
  }

  /** Rows of a type whose `key` props equal those of `props`. */
  withKey(type: AnyNodeType, props: ObjectRow["props"]): ObjectRow[] {
    const key = props && exclusiveKey(type, props)
    return key === undefined || key === null ? [] : this.#rowsOf(this.#byKey.get(key))
  }

  atAddress(type: string, id: string): ObjectRow[] {
    return this.#rowsOf(this.#byAddress.get(addressKey(type, id)))
  }

  /** Yields the rows that depend on an object, and how each does. */
  *holdersOf(object: string): IterableIterator<[ObjectRow, Hold]> {
    for (const [holder, hold] of this.#holders.get(object) ?? []) {
      const row = this.#rows.get(holder)
      if (row && holder !== object) yield [row, hold]
    }
  }

  put(row: ObjectRow): void {
    const before = this.#rows.get(row.object)
    this.#rows.set(row.object, row)
    if (before && hasSameIndexKeys(before, row)) return void this.#byNode.get(row.node)?.set(row.object, row)
    if (before) this.#unlink(before)
    this.#link(row)
  }

  delete(object: string): void {
    const row = this.#rows.get(object)
    if (!row) return
    this.#unlink(row)
    this.#rows.delete(object)
  }

  #rowsOf(objects: Iterable<string> = []): ObjectRow[] {
    return [...objects].flatMap((object) => this.#rows.get(object) ?? [])
  }

  #link(row: ObjectRow): void {
    const { object, node } = row
    const siblings = this.#byNode.get(node) ?? new Map<string, ObjectRow>()
    this.#byNode.set(node, siblings.set(object, row))
    const dependencies = dependenciesOf(row)
    this.#dependencies.set(object, dependencies)
    for (const [needed, hold] of Object.entries(dependencies)) {
      const holders = this.#holders.get(needed) ?? new Map<string, Hold>()
      this.#holders.set(needed, holders.set(object, hold))
    }
    for (const [index, key] of this.#keysOf(row)) {
      const objects = index.get(key) ?? new Set<string>()
      index.set(key, objects.add(object))
    }
  }

  #unlink(row: ObjectRow): void {
    const { object, node } = row
    this.#byNode.get(node)?.delete(object)
    for (const needed of Object.keys(this.#dependencies.get(object) ?? {})) this.#holders.get(needed)?.delete(object)
    this.#dependencies.delete(object)
    for (const [index, key] of this.#keysOf(row)) index.get(key)?.delete(object)
  }

  #keysOf(row: ObjectRow): [Map<string, Set<string>>, string][] {
    const keys: [Map<string, Set<string>>, string][] = []
    const key = row.props && exclusiveKey(this.#typeOf(row), row.props)
    if (key !== undefined && key !== null) keys.push([this.#byKey, key])
    if (row.id !== null) keys.push([this.#byAddress, addressKey(row.type, row.id)])
    return keys
  }
}

/** Do both rows have the same node, dependencies, key and address, so that no index changes? */
const hasSameIndexKeys = (before: ObjectRow, row: ObjectRow): boolean =>
  before.node === row.node &&
  before.id === row.id &&
  before.props === row.props &&
  before.parts === row.parts &&
  before.dependencies === row.dependencies

const addressKey = (type: string, id: string): string => `${type} ${id}`

/** The key of which a type can have only one object; nothing where objects are told apart by name or mark. */
export const exclusiveKey = (type: AnyNodeType, props: NonNullable<ObjectRow["props"]>): string | undefined => {
  const { key } = traitsOf(type)
  return key && `${type.type} ${canonicalJson(key.map((name) => (props[name] ?? null) as Json))}`
}
