import { problem } from "@alienplatform/core"
import type { EngineEvent, Lease, ObjectChanges, ObjectStore } from "../record/object-store.ts"
import type { ObjectRow } from "../record/row.ts"

/** An `ObjectStore` in memory for tests, fenced like a real one. */
export class MemoryStore implements ObjectStore {
  readonly events: EngineEvent[] = []
  /** Number of writes that took effect. */
  writes = 0
  /** Rows as JSON text, as every store keeps them. */
  #rows = new Map<string, string>()
  #choices = new Map<string, string>()
  #epoch = 0
  readonly #keys = new Map<string, { holder: string; until: number }>()

  /** A copy of the store in its present state. */
  copy(): MemoryStore {
    const copy = new MemoryStore()
    copy.#rows = new Map(this.#rows)
    copy.#choices = structuredClone(this.#choices)
    copy.#epoch = this.#epoch
    return copy
  }

  /** Takes the lease over: writes with an older lease are refused from now on. */
  lease(deployment: string, until: number): Lease {
    this.#epoch += 1
    return { deployment, holder: `holder-${this.#epoch}`, epoch: this.#epoch, until }
  }

  async rows(): Promise<ObjectRow[]> {
    return [...this.#rows.values()].map((row): ObjectRow => JSON.parse(row))
  }

  async choices(): Promise<Record<string, string>> {
    return Object.fromEntries(this.#choices)
  }

  async save(lease: Lease, changes: ObjectChanges): Promise<void> {
    const { put = [], remove = [], events = [], choices = {}, dropChoices = [] } = changes
    this.#fence(lease)
    for (const row of put) this.#rows.set(row.object, JSON.stringify(row))
    for (const object of remove) this.#rows.delete(object)
    for (const [key, value] of Object.entries(choices)) this.#choices.set(key, value)
    for (const key of dropChoices) this.#choices.delete(key)
    this.events.push(...events)
    this.writes += 1
  }

  async renew(lease: Lease, until: number): Promise<Lease> {
    this.#fence(lease)
    return { ...lease, until }
  }

  async takeKey(key: string, holder: string, now: number, until: number): Promise<boolean> {
    const held = this.#keys.get(key)
    if (held && held.holder !== holder && held.until > now) return false
    this.#keys.set(key, { holder, until })
    return true
  }

  async letKeyGo(key: string, holder: string): Promise<void> {
    if (this.#keys.get(key)?.holder === holder) this.#keys.delete(key)
  }

  #fence(lease: Lease): void {
    if (lease.epoch === this.#epoch) return
    throw problem("lease_lost", { message: `${lease.holder} lost the lease on ${lease.deployment}` })
  }
}
