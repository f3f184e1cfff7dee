import type { RandomBytes } from "@alienplatform/core"
import { type Clock, systemClock } from "./clock.ts"
import type { Graph } from "./graph.ts"
import { createLimiter, type Limiter } from "./limits.ts"
import type { Lease, ObjectStore } from "./object-store.ts"
import type { Platform } from "./platform.ts"
import { traitsOf } from "./props.ts"
import type { ObjectRow } from "./row.ts"
import { RunState } from "./run-state.ts"
import { LEAVING_HORIZON, RUN_HORIZON } from "./schedule.ts"
import { visit } from "./visit.ts"
import { World } from "./world.ts"
import { Writer } from "./writer.ts"

const CONCURRENT_VISITS = 32

export interface RunOptions<C extends object> {
  store: ObjectStore
  lease: Lease
  platform: Pick<Platform<C>, "nodes" | "limits">
  /** Clients and facts that every verb gets. */
  context: C
  installation: string
  deployment: string
  /** null: destroy everything that is ours. */
  graph: Graph | null
  /** Keys the hashes that stand for secret props. */
  secretKey: Uint8Array
  clock?: Clock
  random?: RandomBytes
  /** Shared by the runs of one process, where calls are limited per account. */
  limiter?: Limiter
  /** How long a renewal extends the lease, in milliseconds. Default 180,000. */
  leaseFor?: number
  /** Starts nothing new once aborted, and ends when the calls under way are answered. */
  signal?: AbortSignal
  /** Parked rows and parts are tried once more. */
  retry?: boolean
  /** After rows changed; must not throw. */
  onChange?: (rows: readonly ObjectRow[]) => void
}

/**
 * destroyed: no row is left. settled: every wanted object is. waiting: settled but for what waits on a person.
 * failed: something is parked. progressing: more to do, come back at `dueAt`.
 */
export type Outcome = "destroyed" | "settled" | "waiting" | "failed" | "progressing"

export interface RunResult {
  rows: ObjectRow[]
  /** When the next run has something to look at; null: only when asked. */
  dueAt: number | null
  outcome: Outcome
  lease: Lease
}

/** Works on one deployment until nothing is due soon. Throws `lease_lost`, and what the store throws. */
export async function runDeployment<C extends object>(options: RunOptions<C>): Promise<RunResult> {
  const clock = options.clock ?? systemClock
  const random = options.random ?? ((size) => crypto.getRandomValues(new Uint8Array(size)))
  const rows = await options.store.rows(options.deployment)
  const world = new World({
    rows: options.retry ? retryParked(rows) : rows,
    graph: options.graph,
    types: options.platform.nodes,
    secretKey: options.secretKey,
    random,
  })
  const { onChange } = options
  const writer = new Writer({
    store: options.store,
    lease: options.lease,
    clock,
    leaseFor: options.leaseFor ?? 180_000,
    choices: options.graph?.choices,
    known: rows.map((row) => row.object),
  })
  const run = new RunState({
    world,
    writer,
    clock,
    random,
    limiter: options.limiter ?? createLimiter(options.platform.limits),
    identity: { installation: options.installation, deployment: options.deployment },
    context: options.context,
    onChange: onChange && (() => onChange([...world.rows.values()])),
  })
  const schedules = new Map(rows.map((row) => [row.object, row.nextReadAt]))
  await loop(run, options.signal)
  await saveSchedules(run, schedules)
  return {
    rows: [...world.rows.values()],
    dueAt: earliest(world.rows.values()),
    outcome: outcomeOf(run, options.graph),
    lease: writer.lease,
  }
}

/** Rows as they are tried again: what was refused for good gets another chance. */
export const retryParked = (rows: readonly ObjectRow[]): ObjectRow[] =>
  rows.map((row) => ({
    ...row,
    parked: null,
    repeated: null,
    tries: 0,
    parts: Object.fromEntries(Object.entries(row.parts).map(([key, { parked: _, why: __, ...sent }]) => [key, sent])),
  }))

async function loop(run: RunState, signal: AbortSignal | undefined): Promise<void> {
  const { world, clock } = run
  const active = new Map<string, Promise<void>>()
  /** The goal that each row was last looked at with; every row is looked at once per run. */
  const seen = new Map<string, string>()
  let failure: { error: unknown } | undefined
  let wake = Promise.withResolvers<void>()
  /** Since when every wanted object has been usable. */
  let usableSince: number | null = null
  const start = (row: ObjectRow) => {
    seen.set(row.object, world.goalKey(row, clock.now()))
    const task = visit(run, row)
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .finally(() => {
        active.delete(row.object)
        wake.resolve()
      })
    active.set(row.object, task)
  }
  const startDue = () => {
    for (const row of world.rows.values()) {
      if (active.size >= CONCURRENT_VISITS) break
      if (active.has(row.object)) continue
      const due = row.nextReadAt !== null && row.nextReadAt <= clock.now()
      const newGoal = seen.get(row.object) !== world.goalKey(row, clock.now())
      if (due || newGoal || run.siblingDone(row)) start(row)
    }
  }
  const guarded = (step: Promise<void>) =>
    step.catch((error: unknown) => {
      failure ??= { error }
    })
  const stopping = () => failure !== undefined || signal?.aborted === true
  while (true) {
    if (!stopping()) await guarded(refresh(run, active))
    // A process that slept past its lease finds out before it asks the cloud anything.
    if (!stopping()) await guarded(run.writer.cover(0))
    if (!stopping()) startDue()
    if (active.size === 0 && stopping()) break
    if (stopping()) await wake.promise
    else {
      usableSince = run.allUsable ? (usableSince ?? clock.now()) : null
      const idle = [...world.rows.values()].filter((row) => !active.has(row.object))
      const next = earliest(idle)
      const nothingSoon = idle.every((row) => !isSoon(row, usableSince, clock.now()))
      if (active.size === 0 && !run.dirty && nothingSoon) break
      await pause(run, wake.promise, active.size < CONCURRENT_VISITS ? next : null, signal)
    }
    wake = Promise.withResolvers()
  }
  if (failure) throw failure.error
}

/** Does the run wait for it? What leaves slowly, while all that is wanted is there, is left to a later run. */
function isSoon({ nextReadAt, doomed }: ObjectRow, usableSince: number | null, now: number): boolean {
  if (nextReadAt === null) return false
  return doomed && usableSince !== null ? nextReadAt <= usableSince + LEAVING_HORIZON : nextReadAt <= now + RUN_HORIZON
}

/** Until a visit ends, something is due, or the lease wants renewing. */
async function pause(
  run: RunState,
  wake: Promise<void>,
  next: number | null,
  signal: AbortSignal | undefined,
): Promise<void> {
  const over = new AbortController()
  const end = () => over.abort("over")
  signal?.addEventListener("abort", end, { once: true })
  const time = Math.min(next ?? Number.POSITIVE_INFINITY, Math.max(run.writer.renewAt, run.clock.now()))
  await Promise.race([wake, run.clock.until(time, over.signal)])
  end()
  signal?.removeEventListener("abort", end)
}

/** References are answered again, and rows that are no longer wanted by anything are doomed. */
async function refresh(run: RunState, active: ReadonlyMap<string, unknown>): Promise<void> {
  let beingLookedAt = false
  while (run.dirty) {
    run.dirty = false
    beingLookedAt = false
    run.world.refresh()
    for (const row of run.world.doomable()) {
      if (active.has(row.object)) beingLookedAt = true
      else await doom(run, row)
    }
  }
  // A look that changes nothing makes nothing dirty; what it held up is doomed when it ends.
  if (beingLookedAt) run.dirty = true
}

async function doom(run: RunState, row: ObjectRow): Promise<void> {
  const now = run.clock.now()
  const type = run.world.typeOf(row)
  const nothingMade = row.id === null && row.created === null && row.operation === null
  if (type.kind !== "object" || nothingMade) {
    run.world.rows.delete(row.object)
    run.changed()
    return run.writer.save([], [], [row.object])
  }
  const { retireAfter = 0 } = traitsOf(type)
  row.doomed = true
  row.retireAt = retireAfter > 0 ? now + retireAfter : null
  row.nextReadAt = row.retireAt ?? now
  run.changed()
  await run.writer.save([row], [{ at: now, node: row.node, object: row.object, event: "doomed" }])
}

const earliest = (rows: Iterable<ObjectRow>): number | null =>
  [...rows].reduce<number | null>(
    (best, { nextReadAt }) => (nextReadAt === null ? best : Math.min(best ?? nextReadAt, nextReadAt)),
    null,
  )

/** When to look again is kept in memory while a run polls; the queue needs it afterwards. */
async function saveSchedules(run: RunState, before: ReadonlyMap<string, number | null>): Promise<void> {
  const changed = [...run.world.rows.values()].filter(
    (row) => run.writer.known.has(row.object) && row.nextReadAt !== before.get(row.object),
  )
  if (changed.length > 0) await run.writer.save(changed)
}

function outcomeOf({ world }: RunState, graph: Graph | null): Outcome {
  if (!graph) return world.rows.size === 0 ? "destroyed" : "progressing"
  const wanted = [...world.resolved.values()]
  if (wanted.some(({ row }) => row?.status === "parked" || Object.values(row?.parts ?? {}).some((part) => part.parked)))
    return "failed"
  if (wanted.every(({ usable }) => usable)) return "settled"
  const held = wanted.filter(({ usable, row }) => !usable && row)
  const onPerson = ({ row }: (typeof held)[number]) => row?.status === "waiting" && row.why?.on === "person"
  return held.length > 0 && held.every((entry) => onPerson(entry) || entry.blockedBy.length > 0) && held.some(onPerson)
    ? "waiting"
    : "progressing"
}
