import { problem } from "@alienplatform/core"
import type { Clock } from "./clock.ts"
import type { EngineEvent, Lease, ObjectStore } from "./object-store.ts"
import type { ObjectRow } from "./row.ts"

/** Every write of a run: with its lease, and with the events that led to it. */
export class Writer {
  lease: Lease
  /** Rows that are in the store. */
  readonly known: Set<string>
  readonly #store: ObjectStore
  readonly #clock: Clock
  readonly #leaseFor: number
  #choices: Record<string, string> | undefined
  #renewing: Promise<void> | undefined

  constructor(options: {
    store: ObjectStore
    lease: Lease
    clock: Clock
    leaseFor: number
    choices?: Record<string, string> | undefined
    known: Iterable<string>
  }) {
    this.lease = options.lease
    this.#store = options.store
    this.#clock = options.clock
    this.#leaseFor = options.leaseFor
    this.#choices = options.choices
    this.known = new Set(options.known)
  }

  /** Choices of the expansion travel with the first write, which comes before the first call. */
  async save(
    rows: readonly ObjectRow[],
    events: readonly EngineEvent[] = [],
    remove: readonly string[] = [],
  ): Promise<void> {
    const choices = this.#choices
    await this.#store.save(this.lease, {
      put: rows.map((row) => structuredClone(row)),
      events,
      ...(remove.length > 0 ? { remove } : {}),
      ...(choices ? { choices } : {}),
    })
    for (const row of rows) this.known.add(row.object)
    if (choices === this.#choices) this.#choices = undefined
  }

  /** When the lease has to be renewed at the latest for the run to go on waiting. */
  get renewAt(): number {
    return this.lease.until - this.#leaseFor / 2
  }

  /** Makes sure that the lease lasts longer than a call of this length. Throws `lease_lost`. */
  async cover(duration: number): Promise<void> {
    if (this.lease.until - this.#clock.now() > duration && this.#clock.now() < this.renewAt) return
    this.#renewing ??= this.#store
      .renew(this.lease, this.#clock.now() + Math.max(this.#leaseFor, duration * 2))
      .then((lease) => {
        this.lease = lease
      })
      .finally(() => {
        this.#renewing = undefined
      })
    await this.#renewing
    this.check(duration)
  }

  /** The last look before a call leaves: a process that slept past its lease must not send it. */
  check(duration: number): void {
    if (this.lease.until - this.#clock.now() > duration) return
    throw problem("lease_lost", {
      message: `the lease on ${this.lease.deployment} is too short for another call; another process may hold it`,
      retryable: true,
    })
  }
}
