import { LEAVING_HORIZON_MS, RUN_HORIZON_MS } from "../decide/schedule.ts"
import type { EngineEvent } from "../record/object-store.ts"
import type { ObjectRow } from "../record/row.ts"
import { giveBack } from "./admit.ts"
import { retireAfterMs } from "./capped-times.ts"
import { eventOf, type RunState } from "./run-state.ts"
import { isInFlight } from "./serial-keys.ts"
import type { Slots } from "./slots.ts"
import { visit } from "./visit.ts"

/** Objects that are visited at the same time. */
const CONCURRENT_VISITS = 32
/** Further visits that may wait for slow answers at the same time. */
const SLOW_VISITS = 224
/** Duration after which a visit counts as slow and no longer keeps others from starting, ms. */
const SLOW_AFTER_MS = 2_000

export interface LoopOptions {
  signal: AbortSignal | undefined
  slots: Slots | undefined
  look: "all" | "due"
}

/** Visits rows whenever they are due or their goal changed, until nothing is due soon. */
export async function runLoop(run: RunState, options: LoopOptions): Promise<void> {
  await new Loop(run, options).run()
}

class Loop {
  readonly #run: RunState
  readonly #options: LoopOptions
  readonly #active = new Map<string, { started: number }>()
  /** Rows to mark for deletion once the visit under way has ended. */
  readonly #heldUp = new Set<string>()
  #failure: { error: unknown } | undefined
  #wake = Promise.withResolvers<void>()
  /** Time since which every wanted object has been usable, ms since the epoch; null while one is not. */
  #usableSince: number | null = null
  /** Gives the slot back; undefined while the run has none. */
  #giveSlotBack: (() => void) | undefined
  #entering: Promise<void> | undefined
  readonly #over = new AbortController()
  #isFirst = true

  constructor(run: RunState, options: LoopOptions) {
    this.#run = run
    this.#options = options
    for (const row of run.state.rows.all()) run.ready.add(row.object)
  }

  /** With `look: "due"`, skips the first visit of rows that are as they should be. */
  #skipRowsAtRest(): void {
    const { state, ready, lookedAt, clock } = this.#run
    const now = clock.now()
    for (const row of state.rows.all()) {
      const isWanted = state.entries.get(row.node)?.row?.object === row.object
      if (!isAtRest(row, now) || (isWanted && row.state.status === "settled" && !state.isUsable(row.node))) continue
      lookedAt.set(row.object, state.goalKey(row, now))
      ready.delete(row.object)
    }
  }

  async run(): Promise<void> {
    try {
      while (await this.#turn()) this.#wake = Promise.withResolvers()
    } finally {
      this.#over.abort("over")
      await this.#entering
      this.#giveSlotBack?.()
    }
    if (this.#failure) throw this.#failure.error
  }

  /** One round of the loop; false when the run is over. */
  async #turn(): Promise<boolean> {
    const { state, writer, clock } = this.#run
    if (!this.#isStopping) await this.#guarded(() => this.#refresh())
    // A process that slept past its lease finds out before it asks the cloud anything.
    if (!this.#isStopping) await this.#guarded(() => writer.coverCall(0))
    if (!this.#isStopping) this.#startDue()
    if (this.#isStopping) {
      if (this.#active.size === 0) return false
      await this.#wake.promise
      return true
    }
    this.#usableSince = state.allUsable ? (this.#usableSince ?? clock.now()) : null
    const isIdle = this.#active.size === 0 && this.#run.ready.size === 0 && !state.dirty
    if (isIdle && !this.#isSomethingSoon()) return false
    if (!state.dirty) await this.#pause()
    return true
  }

  get #isStopping(): boolean {
    return this.#failure !== undefined || this.#options.signal?.aborted === true
  }

  async #guarded(step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      this.#failure ??= { error }
    }
  }

  /** Number of visits that keep others from starting. */
  get #busy(): number {
    const recent = this.#run.clock.now() - SLOW_AFTER_MS
    let count = 0
    for (const { started } of this.#active.values()) if (started > recent) count += 1
    return count
  }

  get #hasRoom(): boolean {
    return this.#busy < CONCURRENT_VISITS && this.#active.size < CONCURRENT_VISITS + SLOW_VISITS
  }

  #startDue(): void {
    const { ready, due, clock } = this.#run
    for (let next = due.peek(); next && next.rank <= clock.now(); next = due.peek()) {
      due.delete(next.key)
      ready.add(next.key)
    }
    if (!this.#isSomethingReady || !this.#hasRoom || !this.#hasSlot()) return
    for (const object of ready) {
      if (!this.#hasRoom) return
      if (this.#active.has(object)) continue
      ready.delete(object)
      this.#start(object)
    }
  }

  get #isSomethingReady(): boolean {
    for (const object of this.#run.ready) if (!this.#active.has(object)) return true
    return false
  }

  /** Does the run have a slot? If not, asks for one without blocking, so that the lease is renewed meanwhile. */
  #hasSlot(): boolean {
    const { slots, signal } = this.#options
    if (!slots || this.#giveSlotBack) return true
    const until = signal ? AbortSignal.any([signal, this.#over.signal]) : this.#over.signal
    this.#entering ??= slots.take(until).then((leave) => {
      this.#entering = undefined
      this.#giveSlotBack = leave
      this.#wake.resolve()
    })
    return false
  }

  #start(object: string): void {
    this.#active.set(object, { started: this.#run.clock.now() })
    visit(this.#run, object)
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => {
        this.#active.delete(object)
        if (this.#heldUp.delete(object)) this.#run.state.suspect(object)
        this.#wake.resolve()
      })
  }

  /**
   * Is something due so soon that the run waits for it? Slow deletions are left to a later run once everything wanted
   * is usable.
   */
  #isSomethingSoon(): boolean {
    const { due, clock, state } = this.#run
    const next = due.peek()
    if (!next || next.rank > clock.now() + RUN_HORIZON_MS) return false
    if (this.#usableSince === null) return true
    const patience = this.#usableSince + LEAVING_HORIZON_MS
    for (const { nextReadAt, doomed } of state.rows.all()) {
      if (nextReadAt === null) continue
      if (nextReadAt <= (doomed ? patience : clock.now() + RUN_HORIZON_MS)) return true
    }
    return false
  }

  /**
   * Waits until a visit ends, something is due, or the lease must be renewed. A run that waits only for time gives its
   * slot back.
   */
  async #pause(): Promise<void> {
    const { due, clock, writer } = this.#run
    const { signal } = this.#options
    const waitsForSlot = this.#entering !== undefined
    if (this.#isSomethingReady && this.#hasRoom && !waitsForSlot) return
    if (this.#busy === 0) {
      this.#giveSlotBack?.()
      this.#giveSlotBack = undefined
    }
    const now = clock.now()
    const times = [now + Math.max(0, writer.renewInMs)]
    if (this.#hasRoom && !waitsForSlot) times.push(due.peek()?.rank ?? Number.POSITIVE_INFINITY)
    // Somebody becomes slow, and others may start or have the slot.
    for (const { started } of this.#active.values())
      if (started + SLOW_AFTER_MS > now) times.push(started + SLOW_AFTER_MS)
    const over = new AbortController()
    const end = () => over.abort("over")
    signal?.addEventListener("abort", end, { once: true })
    await Promise.race([this.#wake.promise, clock.until(Math.min(...times), over.signal)])
    end()
    signal?.removeEventListener("abort", end)
  }

  /** Answers references again and marks rows that nothing wants for deletion. */
  async #refresh(): Promise<void> {
    const { state, ready, lookedAt, clock } = this.#run
    while (state.dirty) {
      const { toVisit, doomed } = state.refresh()
      if (this.#isFirst && this.#options.look === "due") this.#skipRowsAtRest()
      this.#isFirst = false
      const now = clock.now()
      for (const object of toVisit) {
        const row = state.rows.get(object)
        if (row && lookedAt.get(object) !== state.goalKey(row, now)) ready.add(object)
      }
      const free = doomed.filter(({ object }) => !this.#active.has(object))
      for (const { object } of doomed) if (this.#active.has(object)) this.#heldUp.add(object)
      if (free.length > 0) await doom(this.#run, free)
    }
  }
}

/** Is there nothing to do about the row until other rows change? */
const isAtRest = (row: ObjectRow, now: number): boolean =>
  !row.doomed &&
  !isInFlight(row) &&
  (row.nextReadAt === null ? row.state.status === "settled" : row.nextReadAt > now && row.state.status !== "due")

/** Marks rows for deletion that nothing wants or depends on; rows without an object are removed at once. */
async function doom(run: RunState, rows: readonly ObjectRow[]): Promise<void> {
  const now = run.clock.now()
  const events: EngineEvent[] = []
  const gone: ObjectRow[] = []
  const doomed: ObjectRow[] = []
  for (const row of rows) {
    const type = run.state.typeOf(row)
    const isOurs = type.kind === "object" || (type.kind === "borrowed" && Object.keys(row.parts).length > 0)
    const nothingMade = row.id === null && row.created === null && row.operation === null
    if (!isOurs || nothingMade) gone.push(await giveBack(run, row))
    else {
      const retireAfter = run.state.graph ? retireAfterMs(type, row) : 0
      const retireAt = retireAfter > 0 ? now + retireAfter : null
      doomed.push(run.apply(await giveBack(run, row), { kind: "doomed", retireAt }, events))
    }
  }
  for (const row of doomed) run.put(row)
  if (doomed.length > 0) await run.writer.save(doomed, events)
  if (gone.length > 0)
    await run.remove(
      gone,
      gone.map((row) => eventOf(row, now, "forgotten")),
    )
}
