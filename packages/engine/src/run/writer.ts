import { problem } from "@alienplatform/core"
import type { Clock } from "../declare/clock.ts"
import type { NodeMemory } from "../record/node-memory.ts"
import type { EngineEvent, Lease, ObjectChanges, ObjectStore } from "../record/object-store.ts"
import type { ObjectRow } from "../record/row.ts"

export interface WriterOptions {
  store: ObjectStore
  lease: Lease
  /** Anybody may set it. */
  clock: Clock
  /** How long a renewal extends the lease, in milliseconds. */
  leaseMs: number
  /** Choices that the expansion made. */
  choices: Readonly<Record<string, string>>
  memory: NodeMemory
  /** As they are stored. */
  rows: readonly ObjectRow[]
}

/** Every write of a run: with its lease, and with the events that led to it. */
export class Writer {
  lease: Lease
  /** When each stored row is to be read again, as stored. */
  readonly schedules: Map<string, number | null>
  readonly #options: WriterOptions
  readonly #monotonic: () => number
  #choices: Readonly<Record<string, string>>
  #renewing: Promise<void> | undefined
  /** When the lease ends by the monotonic clock, which nobody sets. */
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

  /** Choices of the expansion travel with the first write, which comes before the first call. */
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

  /** Did the store throw this? Then it concerns the whole run. */
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

  /** What is left of the lease, in milliseconds, by whichever clock says less. */
  get #remainingMs(): number {
    const byWall = this.lease.until - this.#options.clock.now()
    return Math.min(byWall, this.#endsAt - this.#monotonic())
  }

  /** When the lease has to be renewed at the latest for the run to go on waiting, in milliseconds from now. */
  get renewInMs(): number {
    return this.#remainingMs - this.#options.leaseMs / 2
  }

  /** Makes sure that the lease lasts longer than a call of this extendMs, in milliseconds. Throws `lease_lost`. */
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

  /** The last look before a call leaves: a process that slept past its lease must not send it. */
  checkLease(durationMs: number): void {
    if (this.#remainingMs > durationMs) return
    throw this.#failure(
      problem("lease_lost", {
        message: `the lease on ${this.lease.deployment} is too short for another call; another process may hold it`,
        retryable: true,
      }),
    )
  }
}
