import { base32, type RandomBytes } from "@alienplatform/core"
import type { Clock } from "./clock.ts"
import type { Limiter } from "./limits.ts"
import type { ObjectType } from "./node-type.ts"
import type { EngineEvent } from "./object-store.ts"
import type { Identity } from "./owner.ts"
import type { ObjectRow } from "./row.ts"
import type { World } from "./world.ts"
import type { Writer } from "./writer.ts"

/** What the steps of one run share. */
export class RunState {
  readonly world: World
  readonly writer: Writer
  readonly clock: Clock
  readonly random: RandomBytes
  readonly limiter: Limiter
  readonly identity: Identity
  /** Handed to every verb. */
  readonly context: object
  /** Rows that were changed since the world was last refreshed. */
  dirty = true
  readonly #events = new Map<string, EngineEvent[]>()
  readonly #waitingForSibling = new Map<string, () => boolean>()
  readonly #onChange: (() => void) | undefined

  constructor(options: {
    world: World
    writer: Writer
    clock: Clock
    random: RandomBytes
    limiter: Limiter
    identity: Identity
    context: object
    onChange?: (() => void) | undefined
  }) {
    this.world = options.world
    this.writer = options.writer
    this.clock = options.clock
    this.random = options.random
    this.limiter = options.limiter
    this.identity = options.identity
    this.context = options.context
    this.#onChange = options.onChange
  }

  /** Is every wanted object there? Never while destroying. */
  get allUsable(): boolean {
    const wanted = [...this.world.resolved.values()]
    return wanted.length > 0 && wanted.every(({ usable }) => usable)
  }

  newToken(): string {
    return base32(26, this.random)
  }

  changed(): void {
    this.dirty = true
    this.#onChange?.()
  }

  record(event: EngineEvent): void {
    const key = event.object ?? ""
    this.#events.set(key, [...(this.#events.get(key) ?? []), event])
  }

  takeEvents(row: ObjectRow): EngineEvent[] {
    const events = this.#events.get(row.object) ?? []
    this.#events.delete(row.object)
    return events
  }

  /** Is a sibling's call under way under the same key? */
  serialKeyTaken(
    row: ObjectRow,
    type: Pick<ObjectType<never, never, never>, "type" | "serialize">,
    key: string,
  ): boolean {
    const keyOf = type.serialize as ((props: unknown) => string | undefined) | undefined
    return [...this.world.rows.values()].some(
      (other) =>
        other !== row && other.type === type.type && inFlight(other) && other.props && keyOf?.(other.props) === key,
    )
  }

  waitForSibling(row: ObjectRow, taken: () => boolean): void {
    this.#waitingForSibling.set(row.object, taken)
  }

  /** Did this row wait for a sibling that is done? */
  siblingDone(row: ObjectRow): boolean {
    const taken = this.#waitingForSibling.get(row.object)
    if (!taken || taken()) return false
    this.#waitingForSibling.delete(row.object)
    return true
  }
}

/** Something is on its way to the cloud or being worked on there. */
export const inFlight = (row: ObjectRow): boolean =>
  (row.call?.open === true && row.call.at > 0) ||
  row.operation !== null ||
  (row.status === "changing" && row.call !== null)
