import type { RandomBytes } from "@alienplatform/core"
import { DeploymentState } from "../decide/deployment-state.ts"
import { type Clock, steadyClock, systemClock } from "../declare/clock.ts"
import type { Graph } from "../declare/graph.ts"
import type { AnyNodeType } from "../declare/node-type.ts"
import type { Platform } from "../declare/platform.ts"
import { isReservedChoice, NodeMemory } from "../record/node-memory.ts"
import type { Lease, ObjectStore } from "../record/object-store.ts"
import type { ObjectRow } from "../record/row.ts"
import { upgradeRows } from "../record/upgrade.ts"
import { withCappedTimes } from "./capped-times.ts"
import { createLimiter, type Limiter } from "./limiter.ts"
import { type Outcome, outcomeOf } from "./outcome.ts"
import { runLoop } from "./run-loop.ts"
import { RunState } from "./run-state.ts"
import { SerialKeys } from "./serial-keys.ts"
import type { Slots } from "./slots.ts"
import { Writer } from "./writer.ts"

export interface RunOptions<C extends object> {
  store: ObjectStore
  lease: Lease
  platform: Pick<Platform<C>, "nodes" | "limits">
  /** Context that every verb gets: clients, account, Region. */
  context: C
  installation: string
  deployment: string
  /** The desired graph; null deletes everything that is ours. */
  graph: Graph | null
  /** With `graph` null: removes our marks and leaves the objects in place. */
  detach?: boolean
  /** Key of the HMACs that stand for secret props. */
  secretKey: Uint8Array
  clock?: Clock
  random?: RandomBytes
  /** Limiter that all runs share, where calls are limited per account. Default: one for this run. */
  limiter?: Limiter
  /** Slots that the runs of one process share. Default: the run never waits for one. */
  slots?: Slots
  /** How long a renewal extends the lease, in milliseconds. Default 180,000. */
  leaseMs?: number
  /** Once aborted, the run starts nothing new and ends when the calls under way are answered. */
  signal?: AbortSignal
  /** Repeat calls that were refused. */
  retry?: boolean
  /** all (default): read every object once. due: read only what is due or not as wanted. */
  look?: "all" | "due"
  /** Called after rows changed; must not throw. */
  onChange?: (rows: readonly ObjectRow[]) => void
}

export interface RunResult {
  rows: ObjectRow[]
  /** When the next run has something to do, ms since the epoch; null: only when asked to run. */
  dueAt: number | null
  outcome: Outcome
  lease: Lease
}

/** Reconciles one deployment until nothing is due soon. Throws `lease_lost`, and what the store throws. */
export async function runDeployment<C extends object>(options: RunOptions<C>): Promise<RunResult> {
  const { store, deployment, graph, platform, secretKey } = options
  const wall = options.clock ?? systemClock
  const clock = steadyClock(wall)
  const random = options.random ?? ((size) => crypto.getRandomValues(new Uint8Array(size)))
  const [stored, choices] = await Promise.all([store.rows(deployment), store.choices(deployment)])
  const types = new Map<string, AnyNodeType>(platform.nodes.map((type) => [type.type, type]))
  for (const { type } of graph?.nodes.values() ?? []) types.set(type.type, type)
  const now = clock.now()
  const rows = upgradeRows(stored, { graph, types, secretKey, now }).map((row) => {
    const type = types.get(row.type)
    return type ? withCappedTimes(row, type, now) : row
  })
  const memory = new NodeMemory(choices)
  const writer = new Writer({
    store,
    lease: options.lease,
    clock: wall,
    leaseMs: options.leaseMs ?? 180_000,
    choices: graph?.newChoices ?? {},
    memory,
    rows,
  })
  const state = new DeploymentState({
    rows,
    graph,
    types: platform.nodes,
    secretKey,
    random,
    detach: options.detach ?? false,
    incarnations: memory.incarnations,
  })
  const { onChange } = options
  const run = new RunState({
    state,
    writer,
    clock,
    random,
    limiter: options.limiter ?? createLimiter(platform.limits ?? {}, clock),
    installed: { installation: options.installation, deployment },
    context: options.context,
    secretKey,
    memory,
    keys: new SerialKeys(rows, (row) => state.typeOf(row)),
    onChange: onChange && (() => onChange([...state.rows.all()])),
  })
  if (options.retry) {
    memory.forgetAllBroken()
    for (const row of rows) run.put(run.apply(row, { kind: "retried" }, []))
  }
  await runLoop(run, { signal: options.signal, slots: options.slots, look: options.look ?? "all" })
  await saveSchedules(run)
  const outcome = outcomeOf(state)
  if (outcome === "settled" && graph) await releaseChoices(run, graph, choices)
  // Times of the run go by a clock of its own; the queue goes by everybody's.
  const ahead = wall.now() - clock.now()
  const next = run.due.peek()?.rank
  return {
    rows: [...state.rows.all()],
    dueAt: next === undefined ? null : next + ahead,
    outcome,
    lease: writer.lease,
  }
}

/** Stores next read times, which a run keeps in memory while it polls; the queue needs them. */
async function saveSchedules({ state, writer }: RunState): Promise<void> {
  const changed = [...state.rows.all()].filter(
    ({ object, nextReadAt }) => writer.schedules.has(object) && writer.schedules.get(object) !== nextReadAt,
  )
  if (changed.length > 0) await writer.save(changed)
}

/** Deletes choices that no component asks for any more, once nothing made with them is left. */
async function releaseChoices(
  { state, writer }: RunState,
  graph: Graph,
  choices: Readonly<Record<string, string>>,
): Promise<void> {
  const leaving = [...state.rows.all()].some(
    (row) => row.doomed || Object.keys(row.parts).some((key) => !graph.nodes.get(row.node)?.parts[key]),
  )
  if (leaving) return
  const free = Object.keys(choices).filter((key) => !isReservedChoice(key) && !graph.chosen.has(key))
  if (free.length > 0) await writer.dropChoices(free)
}
