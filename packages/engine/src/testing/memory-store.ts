import { problem } from "@alienplatform/core"
import type { EngineEvent, Lease, ObjectChanges, ObjectStore } from "../object-store.ts"
import type { ObjectRow } from "../row.ts"

/** An `ObjectStore` in memory for the engine's own kits: fenced like a real one. */
export class MemoryStore implements ObjectStore {
  readonly events: EngineEvent[] = []
  /** How many writes took effect. */
  writes = 0
  #rows = new Map<string, ObjectRow>()
  #choices = new Map<string, string>()
  #epoch = 0

  /** The same memory once more, as it is now. */
  copy(): MemoryStore {
    const copy = new MemoryStore()
    copy.#rows = structuredClone(this.#rows)
    copy.#choices = structuredClone(this.#choices)
    copy.#epoch = this.#epoch
    return copy
  }

  /** A new holder takes over: writes with an older lease are refused from now on. */
  lease(deployment: string, until: number): Lease {
    this.#epoch += 1
    return { deployment, holder: `holder-${this.#epoch}`, epoch: this.#epoch, until }
  }

  async rows(): Promise<ObjectRow[]> {
    return [...this.#rows.values()].map((row) => structuredClone(row))
  }

  async choices(): Promise<Record<string, string>> {
    return Object.fromEntries(this.#choices)
  }

  async save(lease: Lease, { put = [], remove = [], events = [], choices = {} }: ObjectChanges): Promise<void> {
    this.#fence(lease)
    for (const row of put) this.#rows.set(row.object, JSON.parse(JSON.stringify(row)))
    for (const object of remove) this.#rows.delete(object)
    for (const [key, value] of Object.entries(choices)) this.#choices.set(key, value)
    this.events.push(...events)
    this.writes += 1
  }

  async renew(lease: Lease, until: number): Promise<Lease> {
    this.#fence(lease)
    return { ...lease, until }
  }

  #fence(lease: Lease): void {
    if (lease.epoch === this.#epoch) return
    throw problem("lease_lost", { message: `${lease.holder} lost the lease on ${lease.deployment}`, retryable: true })
  }
}
