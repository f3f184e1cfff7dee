import { base32, type RandomBytes } from "@alienplatform/core"
import { apply, type RowEvent } from "../decide/apply.ts"
import type { DeploymentState } from "../decide/deployment-state.ts"
import { PriorityQueue } from "../decide/priority-queue.ts"
import type { Clock } from "../declare/clock.ts"
import type { NodeMemory } from "../record/node-memory.ts"
import type { EngineEvent } from "../record/object-store.ts"
import type { InstalledAs } from "../record/owner.ts"
import type { ObjectRow } from "../record/row.ts"
import type { Limiter } from "./limiter.ts"
import type { SerialKeys } from "./serial-keys.ts"
import type { Writer } from "./writer.ts"

export interface RunStateOptions {
  state: DeploymentState
  writer: Writer
  clock: Clock
  random: RandomBytes
  limiter: Limiter
  installed: InstalledAs
  context: object
  secretKey: Uint8Array
  memory: NodeMemory
  keys: SerialKeys
  onChange: (() => void) | undefined
}

/** State and services that all steps of one run share. */
export class RunState {
  readonly state: DeploymentState
  readonly writer: Writer
  /** A clock that never jumps. */
  readonly clock: Clock
  readonly random: RandomBytes
  readonly limiter: Limiter
  readonly installed: InstalledAs
  /** Context that every verb gets: clients, account, Region. */
  readonly context: object
  readonly secretKey: Uint8Array
  readonly memory: NodeMemory
  readonly keys: SerialKeys
  /** Objects whose create was answered in this run, by `object` key. */
  readonly created = new Set<string>()
  /** Rows by the time of their next read. */
  readonly due = new PriorityQueue<string>()
  /** Rows to visit now, whatever their next read time. */
  readonly ready = new Set<string>()
  /** Goal key that each row was last visited with. */
  readonly lookedAt = new Map<string, string>()
  readonly #visited = new Set<string>()
  readonly #onChange: (() => void) | undefined

  constructor(options: RunStateOptions) {
    this.state = options.state
    this.writer = options.writer
    this.clock = options.clock
    this.random = options.random
    this.limiter = options.limiter
    this.installed = options.installed
    this.context = options.context
    this.secretKey = options.secretKey
    this.memory = options.memory
    this.keys = options.keys
    this.#onChange = options.onChange
    for (const row of this.state.rows.all()) this.#schedule(row)
  }

  newToken(): string {
    return base32(26, this.random)
  }

  /** Applies an event to the row; adds what is to be recorded to `events`. */
  apply(row: ObjectRow, event: RowEvent, events: EngineEvent[]): ObjectRow {
    const applied = apply(row, event, { type: this.state.typeOf(row), now: this.clock.now(), random: this.random })
    events.push(...applied.events)
    return applied.row
  }

  /** Replaces the row in memory; `save` stores it. */
  put(row: ObjectRow): void {
    this.state.put(row)
    this.#schedule(row)
  }

  /** Replaces a row of which only the next read time changed. */
  reschedule(row: ObjectRow): void {
    this.state.reschedule(row)
    this.#schedule(row)
  }

  async save(row: ObjectRow, events: readonly EngineEvent[]): Promise<void> {
    this.put(row)
    this.#onChange?.()
    await this.writer.save([row], events)
  }

  /** Removes rows, with those of children that were deleted along with them. */
  async remove(rows: readonly ObjectRow[], events: readonly EngineEvent[]): Promise<void> {
    for (const row of rows) {
      this.state.delete(row.object)
      this.due.delete(row.object)
      this.ready.delete(row.object)
      this.memory.recordRemoved(row.node, row.incarnation)
    }
    this.#onChange?.()
    await this.writer.save(
      [],
      events,
      rows.map(({ object }) => object),
    )
  }

  /** Runs `look` while no other visit of the row runs; the row is scheduled again afterwards. */
  async visitAlone(object: string, look: () => Promise<void>): Promise<void> {
    this.#visited.add(object)
    this.due.delete(object)
    try {
      await look()
    } finally {
      this.#visited.delete(object)
      const row = this.state.rows.get(object)
      if (row) this.#schedule(row)
    }
  }

  #schedule({ object, nextReadAt }: ObjectRow): void {
    if (this.#visited.has(object)) return
    if (nextReadAt === null) this.due.delete(object)
    else this.due.set(object, nextReadAt)
  }
}

export const eventOf = (row: ObjectRow, at: number, event: string, message?: string): EngineEvent => ({
  at,
  node: row.node,
  object: row.object,
  event,
  ...(message === undefined ? {} : { message }),
})
