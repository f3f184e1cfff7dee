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
  leaseFor: number
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
    await this.#asked(() => this.#options.store.save(this.lease, changes))
    for (const row of rows) this.schedules.set(row.object, row.nextReadAt)
    for (const object of remove) this.schedules.delete(object)
    this.#choices = {}
  }

  dropChoices(keys: readonly string[]): Promise<void> {
    return this.#asked(() => this.#options.store.save(this.lease, { dropChoices: keys }))
  }

  async takeKey(key: string, duration: number): Promise<boolean> {
    const { store, clock } = this.#options
    if (!store.takeKey) return true
    const now = clock.now()
    return this.#asked(async () => store.takeKey?.(key, this.lease.deployment, now, now + duration) ?? true)
  }

  async letKeyGo(key: string): Promise<void> {
    await this.#asked(async () => this.#options.store.letKeyGo?.(key, this.lease.deployment))
  }

  /** Did the store throw this? Then it concerns the whole run. */
  isFailure(error: unknown): boolean {
    return typeof error === "object" && error !== null && this.#failures.has(error)
  }

  async #asked<T>(call: () => Promise<T>): Promise<T> {
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
  get #left(): number {
    const byWall = this.lease.until - this.#options.clock.now()
    return Math.min(byWall, this.#endsAt - this.#monotonic())
  }

  /** When the lease has to be renewed at the latest for the run to go on waiting, in milliseconds from now. */
  get renewIn(): number {
    return this.#left - this.#options.leaseFor / 2
  }

  /** Makes sure that the lease lasts longer than a call of this length, in milliseconds. Throws `lease_lost`. */
  async cover(duration: number): Promise<void> {
    if (this.#left > duration && this.renewIn > 0) return
    this.#renewing ??= this.#renew(duration).finally(() => {
      this.#renewing = undefined
    })
    await this.#renewing
    this.check(duration)
  }

  async #renew(duration: number): Promise<void> {
    const { store, clock, leaseFor } = this.#options
    const length = Math.max(leaseFor, duration * 2)
    const started = this.#monotonic()
    this.lease = await this.#asked(() => store.renew(this.lease, clock.now() + length))
    this.#endsAt = started + length
  }

  /** The last look before a call leaves: a process that slept past its lease must not send it. */
  check(duration: number): void {
    if (this.#left > duration) return
    throw this.#failure(
      problem("lease_lost", {
        message: `the lease on ${this.lease.deployment} is too short for another call; another process may hold it`,
      }),
    )
  }
}
