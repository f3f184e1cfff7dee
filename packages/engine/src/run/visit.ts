import { isChildOf } from "../decide/child-of.ts"
import { decide } from "../decide/decide.ts"
import { KEY_TAKEN } from "../decide/deployment-state.ts"
import { isSentAsWanted } from "../decide/resolve-node.ts"
import type { Decision, Situation } from "../decide/situation.ts"
import type { Goal } from "../decide/wanted.ts"
import { type AnyNodeType, isCalled } from "../declare/node-type.ts"
import type { Reading } from "../declare/reading.ts"
import { traitsOf } from "../declare/traits-of.ts"
import { toCallError } from "../record/call-error.ts"
import type { EngineEvent } from "../record/object-store.ts"
import { ownership } from "../record/owner.ts"
import type { ObjectRow } from "../record/row.ts"
import { giveBack, keyLeaseMs } from "./admit.ts"
import { callVerb } from "./call-verb.ts"
import { makeCall } from "./make-call.ts"
import { endOperation, readObject } from "./read-object.ts"
import { eventOf, type RunState } from "./run-state.ts"
import { isInFlight } from "./serial-keys.ts"

/** Visits one object: polls what is in flight, reads, decides, makes at most one call, stores once. */
export const visit = (run: RunState, object: string): Promise<void> =>
  run.visitAlone(object, () => visitRow(run, object))

async function visitRow(run: RunState, object: string): Promise<void> {
  const row = run.state.rows.get(object)
  if (!row) return
  const isFirstLook = !run.lookedAt.has(object)
  const isDue = row.nextReadAt !== null && row.nextReadAt <= run.clock.now()
  const goal = run.state.goalOf(row, run.clock.now())
  const goalKey = run.state.goalKey(row, run.clock.now())
  run.lookedAt.set(object, goalKey)
  // What the visit decides sets the next time.
  const scheduled: ObjectRow = { ...row, nextReadAt: row.doomed && goal.kind === "observe" ? row.retireAt : null }
  const events: EngineEvent[] = []
  try {
    // While everything is deleted, what is not its turn yet need not be looked at.
    const mustRead = isDue || (isFirstLook && run.state.graph !== null)
    const visited = await new Visit(run, goal, goalKey, events).run(scheduled, mustRead)
    if (visited) await persist(run, row, visited, events)
  } catch (thrown) {
    if (run.writer.isFailure(thrown)) throw thrown
    // Whatever a type throws where nothing should, it fails its own node only.
    const now = run.state.rows.get(object)
    if (now) await persist(run, now, run.apply(now, { kind: "unread", error: toCallError(thrown) }, events), events)
  }
  await releaseKey(run, object)
}

class Visit {
  readonly #run: RunState
  readonly #goal: Goal
  readonly #goalKey: string
  readonly #events: EngineEvent[]

  constructor(run: RunState, goal: Goal, goalKey: string, events: EngineEvent[]) {
    this.#run = run
    this.#goal = goal
    this.#goalKey = goalKey
    this.#events = events
  }

  /** The row after the visit; undefined when it was removed. */
  async run(start: ObjectRow, mustRead: boolean): Promise<ObjectRow | undefined> {
    const run = this.#run
    const goal = this.#goal
    const type = run.state.typeOf(start)
    const { row, over } = await endOperation(run, start, goal, this.#events)
    if (!over) return row
    if (hasNothingToRead(row, type, goal)) {
      if (goal.kind === "delete") return this.#remove(row, "forgotten")
      return goal.kind === "observe" ? waitForOthers(row, goal) : row
    }
    if (hasPassed(row, type, goal)) return row
    if (goal.kind === "observe" && !mustRead && !isInFlight(row)) return waitForOthers(row, goal)
    const looked = await readObject(run, row, goal, this.#events)
    if ("failed" in looked) return looked.failed
    const now = run.clock.now()
    const today = run.state.rows.get(row.object)
    if (!today) return undefined
    if (run.state.goalKey(today, now) !== this.#goalKey) return { ...row, nextReadAt: now }
    return this.#act(row, looked.reading)
  }

  async #act(row: ObjectRow, reading: Reading | undefined): Promise<ObjectRow | undefined> {
    const run = this.#run
    const situation = this.#situation(row, reading)
    if (reading && situation.ownership !== "foreign") {
      const taken = await this.#addressTaken(row, reading.id)
      if (taken) return taken
    }
    const decision = decide(situation)
    const wanted = this.#goal.kind === "converge" ? this.#goal.wanted : undefined
    const { ownership, installed } = situation
    switch (decision.action) {
      case "create":
      case "update":
      case "delete":
        return this.#call(row, decision, situation)
      case "remove":
        return this.#remove(row, decision.event)
      case "unmark":
        return this.#unmark(row, reading)
      default: {
        const seen = run.apply(row, { kind: "seen", decision, reading, ownership, installed, wanted }, this.#events)
        if (decision.action === "recreate") run.memory.cameOutBroken(row.node, wanted?.fingerprint ?? "")
        if (decision.action === "settle") run.memory.forgetBroken(row.node)
        return giveBack(run, seen)
      }
    }
  }

  #situation(row: ObjectRow, reading: Reading | undefined): Situation {
    const { state, installed, secretKey, memory, clock } = this.#run
    const type = state.typeOf(row)
    return {
      type,
      row,
      goal: this.#goal,
      reading,
      ownership: reading && ownership(type, row, reading, installed, parentIsOurs(this.#run, row, type, this.#goal)),
      installed,
      secretKey,
      brokenBefore: this.#goal.kind === "converge" ? memory.brokenCount(row.node, this.#goal.wanted.fingerprint) : 0,
      now: clock.now(),
    }
  }

  async #call(
    row: ObjectRow,
    decision: Decision & { action: "create" | "update" | "delete" },
    { reading, ownership }: Situation,
  ) {
    const wanted = this.#goal.kind === "converge" ? this.#goal.wanted : undefined
    const called = await makeCall(this.#run, row, { decision, wanted, reading, ownership }, this.#events)
    const taken =
      called.row.id !== null && row.id === null ? await this.#addressTaken(called.row, called.row.id) : undefined
    if (taken) return taken
    if (called.reading === undefined || called.row.operation !== null) return called.row
    // The verb said what a read would: no read is needed, and what comes of it is saved with the answer.
    const answered = called.reading ?? undefined
    const next = decide(this.#situation(called.row, answered))
    if (next.action === "create" || next.action === "update" || next.action === "delete") return called.row
    return this.#act({ ...called.row, nextReadAt: null }, answered)
  }

  /**
   * Resolves that a create was answered with an address that another row has: an older row of the same node gives it
   * up, another node's row keeps it.
   */
  async #addressTaken(row: ObjectRow, id: string): Promise<ObjectRow | undefined> {
    const run = this.#run
    if (run.state.typeOf(row).kind !== "object") return undefined
    const others = run.state.rows.atAddress(row.type, id).filter(({ object }) => object !== row.object)
    const holder = others.find(({ node }) => node !== row.node)
    if (holder) return run.apply(row, { kind: "address_taken", id, holder: holder.node }, this.#events)
    const now = run.clock.now()
    if (others.length > 0 && row.id === null)
      await run.remove(
        others,
        others.map((other) => eventOf(other, now, "rekeyed", `${id} is the object of ${row.name} now`)),
      )
    return undefined
  }

  async #unmark(row: ObjectRow, reading: Reading | undefined): Promise<ObjectRow | undefined> {
    const run = this.#run
    const type = run.state.typeOf(row)
    if (type.kind !== "object" || !type.unmark || !reading || row.id === null) return this.#remove(row, "detached")
    const { unmark } = type
    const args = { ...run.context, id: row.id, props: row.props ?? {}, observed: reading, token: run.newToken() }
    try {
      await callVerb((signal) => unmark({ ...args, signal }), {
        what: `unmark of ${type.type} ${row.name}`,
        timeoutMs: traitsOf(type).callTimeoutMs,
        clock: run.clock,
      })
    } catch (thrown) {
      return run.apply(row, { kind: "unread", error: toCallError(thrown) }, this.#events)
    }
    return this.#remove(row, "detached")
  }

  async #remove(row: ObjectRow, event: string): Promise<undefined> {
    const run = this.#run
    await giveBack(run, row)
    const at = run.clock.now()
    const children = run.state.childrenGoneWith(row)
    const told = children.map((child) => eventOf(child, at, "gone_with_its_parent"))
    await run.remove([row, ...children], [...this.#events.splice(0), eventOf(row, at, event), ...told])
  }
}

/**
 * Is there nothing to read? True for a row without an object, and for a lookup whose node is gone or whose references
 * are unknown.
 */
const hasNothingToRead = (row: ObjectRow, type: AnyNodeType, goal: Goal): boolean => {
  if (goal.kind === "converge") return false
  if (!isCalled(type)) return true
  return row.id === null && row.created === null
}

/** Has the gate passed for the same props? Then it is not asked again. */
const hasPassed = (row: ObjectRow, type: AnyNodeType, goal: Goal): boolean =>
  type.kind === "gate" &&
  goal.kind === "converge" &&
  row.state.status === "settled" &&
  isSentAsWanted(type, row.props, goal.wanted.sealed)

/** The row as it waits for other rows; a row that was further keeps its state. */
function waitForOthers(row: ObjectRow, { why }: Goal & { kind: "observe" }): ObjectRow {
  const { status } = row.state
  if (!why || (status !== "due" && !(status === "parked" && row.state.why?.code === KEY_TAKEN))) return row
  // Others that keep what this one needs do not go by themselves.
  const state: ObjectRow["state"] =
    why.code === KEY_TAKEN ? { status: "parked", why, refused: null } : { status: "due", why }
  return { ...row, state }
}

/** Is the parent of an object without a mark one of our own objects? */
function parentIsOurs(run: RunState, row: ObjectRow, type: AnyNodeType, goal: Goal): boolean {
  const { props, dependencies }: Pick<ObjectRow, "props" | "dependencies"> =
    goal.kind === "converge" ? goal.wanted : row
  return Object.entries(dependencies).some(([object, hold]) => {
    const other = run.state.rows.get(object)
    if (!other || hold === "use" || run.state.typeOf(other).kind !== "object") return false
    return isChildOf(type, props, other)
  })
}

/** The row as text without its next read time and tries, which are stored only at the end of a run. */
const durableText = (row: ObjectRow): string => JSON.stringify({ ...row, nextReadAt: null, tries: 0 })

async function persist(run: RunState, before: ObjectRow, row: ObjectRow, events: EngineEvent[]): Promise<void> {
  if (!run.state.rows.get(row.object)) return
  if (events.length === 0 && durableText(before) === durableText(row)) return run.reschedule(row)
  await run.save(row, events)
}

/** Releases the object's key when none of its calls is in flight any more, and visits whoever waited for it. */
async function releaseKey(run: RunState, object: string): Promise<void> {
  const row = run.state.rows.get(object)
  const key = run.keys.keyOf(object)
  if (!key) return
  if (row && isInFlight(row)) {
    if (key.shared) await run.writer.takeKey(key.key, keyLeaseMs(run.state.typeOf(row)))
    return
  }
  for (const waiting of run.keys.release(object)) if (run.state.rows.get(waiting)) run.ready.add(waiting)
  if (key.shared) await run.writer.letKeyGo(key.key)
}
