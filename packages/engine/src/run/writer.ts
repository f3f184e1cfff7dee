import { problem } from "@alienplatform/core"
import type { Clock } from "../declare/clock.ts"
import type { NodeMemory } from "../record/node-memory.ts"
import type { EngineEvent, Lease, ObjectChanges, ObjectStore } from "../record/object-store.ts"
import type { ObjectRow } from "../record/row.ts"

export interface WriterOptions {
  store: ObjectStore
  lease: Lease
  /** The wall clock, which may jump. */
  clock: Clock
  /** How long a renewal extends the lease, in milliseconds. */
  leaseMs: number
  /** Choices that the expansion made, by key. */
  choices: Readonly<Record<string, string>>
  memory: NodeMemory
  /** Rows as they are stored. */
  rows: readonly ObjectRow[]
}

/** Makes all writes of a run, with its lease and the events that led to them. */
export class Writer {
  lease: Lease
  /** Stored next read time of each row. */
  readonly schedules: Map<string, number | null>
  readonly #options: WriterOptions
  readonly #monotonic: () => number
  #choices: Readonly<Record<string, string>>
  #renewing: Promise<void> | undefined
  /** End of the lease by the monotonic clock. */
  #endsAt: number
  readonly #failures = new WeakSet<object>()

  constructor(options: WriterOptions) {
    this.#options = options
    this.lease = options.lease
    this.#choices = options.choices
    this.schedules = new Map(options.rows.map((row) => [row.object, row.nextReadAt]))
    const { clock } = options
    this.#monotonic = () => clock.monotonic?.() ?? clock.now()
    this.#endsAt = this.#monotonic() + (options.lease.until - clock.now())
  }

  /** Stores rows and events. Choices of the expansion go with the first write, which comes before the first call. */
  async save(
    rows: readonly ObjectRow[],
    events: readonly EngineEvent[] = [],
    remove: readonly string[] = [],
  ): Promise<void> {
    const remembered = this.#options.memory.takeChanges()
    const choices = { ...this.#choices, ...remembered.choices }
    const changes: ObjectChanges = {
      put: rows,
      events,
      remove,
      choices,
      dropChoices: remembered.dropChoices,
    }
    await this.#callStore(() => this.#options.store.save(this.lease, changes))
    for (const row of rows) this.schedules.set(row.object, row.nextReadAt)
    for (const object of remove) this.schedules.delete(object)
    this.#choices = {}
  }

  dropChoices(keys: readonly string[]): Promise<void> {
    return this.#callStore(() => this.#options.store.save(this.lease, { dropChoices: keys }))
  }

  async takeKey(key: string, durationMs: number): Promise<boolean> {
    const { store, clock } = this.#options
    if (!store.takeKey) return true
    const now = clock.now()
    return this.#callStore(async () => store.takeKey?.(key, this.lease.deployment, now, now + durationMs) ?? true)
  }

  async letKeyGo(key: string): Promise<void> {
    await this.#callStore(async () => this.#options.store.letKeyGo?.(key, this.lease.deployment))
  }

  /** Did the store throw this error? Then it ends the whole run. */
  isFailure(error: unknown): boolean {
    return typeof error === "object" && error !== null && this.#failures.has(error)
  }

  async #callStore<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      throw this.#failure(error)
    }
  }

  #failure(error: unknown): object {
    const thrown = typeof error === "object" && error !== null ? error : new Error(String(error))
    this.#failures.add(thrown)
    return thrown
  }

  /** Time left of the lease, by whichever clock says less. */
  get #remainingMs(): number {
    const byWall = this.lease.until - this.#options.clock.now()
    return Math.min(byWall, this.#endsAt - this.#monotonic())
  }

  /** Time until the lease must be renewed for the run to go on waiting. */
  get renewInMs(): number {
    return this.#remainingMs - this.#options.leaseMs / 2
  }

  /** Renews the lease if a call of this length could outlast it. Throws `lease_lost`. */
  async coverCall(durationMs: number): Promise<void> {
    if (this.#remainingMs > durationMs && this.renewInMs > 0) return
    this.#renewing ??= this.#renew(durationMs).finally(() => {
      this.#renewing = undefined
    })
    await this.#renewing
    this.checkLease(durationMs)
  }

  async #renew(durationMs: number): Promise<void> {
    const { store, clock, leaseMs } = this.#options
    const extendMs = Math.max(leaseMs, durationMs * 2)
    const started = this.#monotonic()
    this.lease = await this.#callStore(() => store.renew(this.lease, clock.now() + extendMs))
    this.#endsAt = started + extendMs
  }

  /**
   * Throws `lease_lost` unless the lease lasts for the call. Checked right before it is sent: a process that slept past
   * its lease must not send it.
   */
  checkLease(durationMs: number): void {
    if (this.#remainingMs > durationMs) return
    throw this.#failure(
      problem("lease_lost", {
        message: `the lease on ${this.lease.deployment} is too short for another call; another process may hold it`,
      }),
    )
  }
}
