import { type AnyNodeType, isCalled } from "../declare/node-type.ts"
import type { Props } from "../declare/reading.ts"
import type { ObjectRow } from "../record/row.ts"

/** Is a call of the row on its way, or the cloud working on one? */
export const isInFlight = (row: ObjectRow): boolean =>
  (row.call?.open === true && row.call.at > 0) ||
  row.operation !== null ||
  (row.state.status === "changing" && row.call !== null)

export interface SerialKey {
  key: string
  /** True for a key shared with other deployments. */
  shared: boolean
}

/** Key under which calls of the type never overlap; undefined where they may. Throws what the type throws. */
export function serialKeyOf(type: AnyNodeType, props: Props): SerialKey | undefined {
  if (!isCalled(type)) return undefined
  const key = type.serialize?.(props)
  if (key === undefined) return undefined
  return typeof key === "string" ? { key, shared: false } : { key: key.shared, shared: true }
}

/** Tracks which object has a call under way under which key, and who waits for it. */
export class SerialKeys {
  readonly #holders = new Map<string, string>()
  readonly #keys = new Map<string, SerialKey>()
  readonly #waiting = new Map<string, Set<string>>()

  /** Takes the keys of calls that earlier runs left in flight. */
  constructor(rows: Iterable<ObjectRow>, typeOf: (row: ObjectRow) => AnyNodeType) {
    for (const row of rows) {
      if (!isInFlight(row) || !row.props) continue
      try {
        const key = serialKeyOf(typeOf(row), row.props)
        if (key) this.take(row.object, key)
      } catch {
        // A type that cannot say its key fails when its own row is looked at.
      }
    }
  }

  isFree(object: string, { key }: SerialKey): boolean {
    const holder = this.#holders.get(key)
    return holder === undefined || holder === object
  }

  take(object: string, key: SerialKey): void {
    this.#holders.set(key.key, object)
    this.#keys.set(object, key)
  }

  wait(object: string, { key }: SerialKey): void {
    this.#waiting.set(key, (this.#waiting.get(key) ?? new Set()).add(object))
  }

  keyOf(object: string): SerialKey | undefined {
    return this.#keys.get(object)
  }

  /** Releases the key of an object; returns the objects that waited for it. */
  release(object: string): string[] {
    const key = this.#keys.get(object)
    if (!key) return []
    this.#keys.delete(object)
    this.#holders.delete(key.key)
    const waiting = [...(this.#waiting.get(key.key) ?? [])]
    this.#waiting.delete(key.key)
    return waiting
  }
}
