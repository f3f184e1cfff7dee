import { AlienError } from "@alienplatform/core"
import { blankRow } from "./blank-row.ts"
import { asCallError } from "./call-error.ts"
import { type Clock, systemClock } from "./clock.ts"
import { type Decision, decide } from "./decide.ts"
import type { Graph } from "./graph.ts"
import type { AnyNodeType, Reading } from "./node-type.ts"
import type { ObjectStore } from "./object-store.ts"
import { ownerOf, ownership } from "./owner.ts"
import { action, type PlanAction, type PlanChange, type PlanVerb, text } from "./plan-action.ts"
import type { Platform } from "./platform.ts"
import { traitsOf } from "./props.ts"
import { type Resolved, resolve } from "./resolve.ts"
import type { ObjectRow } from "./row.ts"
import { dependenciesOf, World } from "./world.ts"

export interface Plan {
  /** In the order of dependencies, deletions last. */
  actions: PlanAction[]
  summary: Record<PlanVerb, number>
  /** Entries of others in objects that we share with them; carried along, never removed. */
  unmanaged: { node: string; keys: string[] }[]
  /** What the platform does otherwise than declared, one sentence each. */
  notes: string[]
}

export interface PlanOptions<C extends object> {
  store: Pick<ObjectStore, "rows">
  platform: Pick<Platform<C>, "nodes">
  context: C
  installation: string
  deployment: string
  graph: Graph | null
  secretKey: Uint8Array
  /** Of the expansion; each is told once. */
  notes?: readonly string[]
  clock?: Clock
}

/**
 * A preview: what a run would decide with what can be seen now. It reads the objects that are recorded and calls nothing
 * else; before the first deploy it touches the cloud in no way.
 */
export async function planDeployment<C extends object>(options: PlanOptions<C>): Promise<Plan> {
  const rows = await options.store.rows(options.deployment)
  const { graph, secretKey, platform } = options
  const random = (size: number) => new Uint8Array(size)
  const world = new World({ rows, graph, types: platform.nodes, secretKey, random })
  const resolved = graph ? resolve(graph, rows, secretKey, { preview: true }) : new Map<string, Resolved>()
  const readings = await readAll(options, world, rows)
  const actions: PlanAction[] = []
  // A gate is a question, not an object.
  for (const entry of resolved.values())
    if (entry.desired.type.kind !== "gate") actions.push(planNode(options, world, entry, rows, readings))
  for (const row of dependantsFirst(rows)) {
    if (world.typeOf(row).kind === "gate") continue
    if (resolved.has(row.node) && (!row.doomed || isReplaced(resolved.get(row.node), row))) continue
    actions.push(planRemoval(options, world.typeOf(row), row, readings.get(row.object)))
  }
  const unmanaged = rows.filter((row) => row.unmanaged.length > 0).map(({ node, unmanaged: keys }) => ({ node, keys }))
  return { actions, summary: summarise(actions), unmanaged, notes: [...new Set(options.notes)] }
}

/** In the order in which rows can be deleted. */
function dependantsFirst(rows: readonly ObjectRow[]): ObjectRow[] {
  const left = new Set(rows)
  const ordered: ObjectRow[] = []
  while (left.size > 0) {
    const held = new Set([...left].flatMap((row) => [...dependenciesOf(row)]))
    const free = [...left].filter((row) => !held.has(row.object))
    for (const row of free.length > 0 ? free : [...left]) {
      ordered.push(row)
      left.delete(row)
    }
  }
  return ordered
}

/** A doomed row whose node gets another object is part of that replacement. */
const isReplaced = (entry: Resolved | undefined, row: ObjectRow) =>
  entry !== undefined && entry.row === undefined && row.doomed

/** Lookups and gates decide nothing in a plan, and what they would be asked with may not be known yet. */
/** By object: what was read, or why it could not be. */
type Readings = ReadonlyMap<string, Reading | AlienError | undefined>

/** What cannot be seen is left as it is. */
const unseen = (row: ObjectRow, type: AnyNodeType, error: AlienError) =>
  action("keep", row.node, type, row.id ?? row.name, [`${error.code}: it cannot be read: ${error.message}`])

async function readAll<C extends object>(
  { context, installation, deployment }: PlanOptions<C>,
  world: World,
  rows: readonly ObjectRow[],
): Promise<Readings> {
  const found = await Promise.all(
    rows.map(async (row): Promise<[string, Reading | AlienError | undefined][]> => {
      const type = world.typeOf(row)
      if (type.kind !== "object") return []
      const owner = ownerOf(row, { installation, deployment })
      const id = row.id === null ? {} : { id: row.id }
      const asked = type.read({ ...context, ...id, props: row.props ?? {}, name: row.name, owner })
      return [[row.object, await asked.catch(asCallError)]]
    }),
  )
  return new Map(found.flat())
}

function planNode<C extends object>(
  { installation, deployment, clock = systemClock }: PlanOptions<C>,
  world: World,
  entry: Resolved,
  rows: readonly ObjectRow[],
  readings: Readings,
): PlanAction {
  const { desired, wanted, row, of } = entry
  const { type, node } = desired
  const before = rows.filter((other) => other.node === node && !other.doomed)
  if (type.kind !== "object") return action("keep", node, type, row?.id ?? node, ["it is the customer's: only read"])
  if (!wanted) return action("keep", node, type, desired.name, ["its references are not known yet"])
  if (!row && before.length > 0) {
    const [old] = before
    const interruption = world.obstacles(entry).length > 0
    const changes = old ? replacing(type, old, wanted.sealed) : []
    const reasons = changes.map(({ field }) => `${field} cannot be changed in place`)
    return {
      ...action("replace", node, type, desired.name, reasons),
      changes,
      ...(interruption ? { interruption: true } : {}),
    }
  }
  const current = row ?? blankRow(desired, of ?? "", 1, (size) => new Uint8Array(size))
  const reading = row && readings.get(row.object)
  if (reading instanceof AlienError) return unseen(current, type, reading)
  const whose = reading && ownership(type, current, reading, { installation, deployment }, true)
  const decision = decide({
    type,
    row: current,
    goal: { kind: "converge", wanted },
    reading,
    ownership: whose,
    now: clock.now(),
  })
  return fromDecision(decision, current, type)
}

function planRemoval<C extends object>(
  { installation, deployment, clock = systemClock }: PlanOptions<C>,
  type: AnyNodeType,
  row: ObjectRow,
  reading: Reading | AlienError | undefined,
): PlanAction {
  const name = row.id ?? row.name
  if (reading instanceof AlienError) return unseen(row, type, reading)
  if (type.kind !== "object") return action("detach", row.node, type, name, ["it is no longer looked up"])
  const whose = reading && ownership(type, row, reading, { installation, deployment }, true)
  const decision = decide({ type, row, goal: { kind: "delete" }, reading, ownership: whose, now: clock.now() })
  if (decision.action === "park") {
    return action("keep", row.node, type, name, [`${decision.why.code}: ${decision.why.message}`])
  }
  if (decision.action === "remove" && decision.foreign) {
    return action("keep", row.node, type, name, ["name_taken: it belongs to somebody else"])
  }
  return action("delete", row.node, type, name, [row.doomed ? "it is being deleted" : "it is no longer wanted"])
}

function fromDecision(decision: Decision, row: ObjectRow, type: AnyNodeType): PlanAction {
  const name = row.id ?? row.name
  switch (decision.action) {
    case "create":
      return action("create", row.node, type, row.name, row.created ? decision.reasons : [])
    case "update": {
      const { secret = [] } = traitsOf(type)
      const changes = decision.fields.map(({ field, wanted, found }) => ({
        field,
        ...(secret.includes(field) || found === undefined ? {} : { from: text(found) }),
        ...(secret.includes(field) ? {} : { to: text(wanted) }),
      }))
      return { ...action("update", row.node, type, name, decision.reasons), changes }
    }
    case "search":
      return action("create", row.node, type, row.name, ["nothing is at its address any more"])
    case "recreate":
      return action("replace", row.node, type, name, [decision.why.message])
    case "settle":
      return action(row.id === null ? "adopt" : "keep", row.node, type, name, [])
    case "park":
    case "park-part":
      return action("keep", row.node, type, name, [`${decision.why.code}: ${decision.why.message}`])
    case "wait":
      return action(
        "keep",
        row.node,
        type,
        name,
        decision.why ? [`${decision.why.code}: ${decision.why.message}`] : ["it is changing"],
      )
    default:
      return action("keep", row.node, type, name, [])
  }
}

/** The props that make it another object. */
function replacing(type: AnyNodeType, old: ObjectRow, wanted: Record<string, unknown>): PlanChange[] {
  const { replaceOn, secret = [] } = traitsOf(type)
  const names = Array.isArray(replaceOn) ? replaceOn : Object.keys(wanted)
  return names
    .filter((name) => text(old.props?.[name]) !== text(wanted[name]))
    .map((field) =>
      secret.includes(field) ? { field } : { field, from: text(old.props?.[field]), to: text(wanted[field]) },
    )
}

const summarise = (actions: readonly PlanAction[]): Record<PlanVerb, number> => {
  const summary: Record<PlanVerb, number> = {
    create: 0,
    update: 0,
    replace: 0,
    delete: 0,
    adopt: 0,
    keep: 0,
    detach: 0,
  }
  for (const { action: verb } of actions) summary[verb] += 1
  return summary
}
