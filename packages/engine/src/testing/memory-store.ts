import { problem } from "@alienplatform/core"
import type { EngineEvent, Lease, ObjectChanges, ObjectStore } from "../object-store.ts"
import type { ObjectRow } from "../row.ts"

/** An `ObjectStore` in memory for the engine's own kits: fenced like a real one, with a hook before and after each write. */
export class MemoryStore implements ObjectStore {
  readonly events: EngineEvent[] = []
  /** How many writes took effect. */
  writes = 0
  /** Called around every write; throwing before it keeps the write from happening. */
  hook: (moment: "before" | "after") => void | Promise<void> = () => {}
  readonly #rows = new Map<string, ObjectRow>()
  readonly #choices = new Map<string, string>()
  #epoch = 0

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
    await this.hook("before")
    this.#fence(lease)
    for (const row of put) this.#rows.set(row.object, JSON.parse(JSON.stringify(row)))
    for (const object of remove) this.#rows.delete(object)
    for (const [key, value] of Object.entries(choices)) this.#choices.set(key, value)
    this.events.push(...events)
    this.writes += 1
    await this.hook("after")
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
