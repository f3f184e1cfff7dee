import { AlienError } from "@alienplatform/core"
import { decide } from "../decide/decide.ts"
import { DeploymentRows } from "../decide/deployment-rows.ts"
import { holdsObject, refuseUnknownType } from "../decide/deployment-state.ts"
import { Resolver } from "../decide/resolver.ts"
import type { Decision, Situation } from "../decide/situation.ts"
import type { Goal, Resolved } from "../decide/wanted.ts"
import { type Clock, systemClock } from "../declare/clock.ts"
import type { Graph } from "../declare/graph.ts"
import type { AnyNodeType } from "../declare/node-type.ts"
import type { Platform } from "../declare/platform.ts"
import { traitsOf } from "../declare/traits-of.ts"
import { blankRow } from "../record/blank-row.ts"
import { dependenciesOf } from "../record/dependencies.ts"
import { type NodeDrift, recentDrift } from "../record/drift.ts"
import { NodeMemory } from "../record/node-memory.ts"
import type { ObjectStore } from "../record/object-store.ts"
import { ownership } from "../record/owner.ts"
import type { ObjectRow } from "../record/row.ts"
import { upgradeRows } from "../record/upgrade.ts"
import { type PlanAction, type PlanVerb, planAction } from "./plan-action.ts"
import { type PlanChange, planChanges } from "./plan-change.ts"
import { type Readings, readObjects } from "./read-objects.ts"

export interface Plan {
  /** Actions in the order of dependencies, deletions last. */
  actions: PlanAction[]
  summary: Record<PlanVerb, number>
  /** Entries that others made in our shared objects; every update keeps them. */
  unmanaged: { node: string; keys: string[] }[]
  /** Changes by others that runs of the last seven days found and reverted, by node. */
  drift: NodeDrift[]
  /** Differences between what was declared and what the platform does, one sentence each. */
  notes: string[]
}

export interface PlanOptions<C extends object> {
  store: Pick<ObjectStore, "rows" | "choices">
  platform: Pick<Platform<C>, "nodes">
  context: C
  installation: string
  deployment: string
  graph: Graph | null
  secretKey: Uint8Array
  /** Notes of the components; repeated ones are printed once. */
  notes?: readonly string[]
  clock?: Clock
}

/**
 * Previews what a run would decide with what can be read now. It reads the recorded objects and calls nothing else;
 * before the first deploy it does not call the cloud at all.
 */
export async function planDeployment<C extends object>(options: PlanOptions<C>): Promise<Plan> {
  const { store, deployment, graph } = options
  const [rows, choices] = await Promise.all([store.rows(deployment), store.choices(deployment)])
  const preview = new Preview(options, rows, new NodeMemory(choices))
  await preview.read()
  const actions = [...preview.planNodes(graph), ...preview.planRemovals()]
  return {
    actions,
    summary: summarise(actions),
    unmanaged: preview.all
      .filter((row) => row.unmanaged.length > 0)
      .map(({ node, unmanaged: keys }) => ({ node, keys })),
    drift: recentDrift(preview.all, (options.clock ?? systemClock).now()),
    notes: [...new Set(options.notes)],
  }
}

class Preview<C extends object> {
  readonly #options: PlanOptions<C>
  readonly #clock: Clock
  readonly #types: Map<string, AnyNodeType>
  readonly #rows: DeploymentRows
  readonly #resolver: Resolver | undefined
  readonly #memory: NodeMemory
  #readings: Readings = new Map()

  constructor(options: PlanOptions<C>, stored: Awaited<ReturnType<ObjectStore["rows"]>>, memory: NodeMemory) {
    const { graph, secretKey, platform, clock = systemClock } = options
    this.#options = options
    this.#clock = clock
    this.#memory = memory
    this.#types = new Map(platform.nodes.map((type) => [type.type, type]))
    for (const { type } of graph?.nodes.values() ?? []) this.#types.set(type.type, type)
    this.#rows = new DeploymentRows((row) => this.#typeOf(row))
    const scope = { graph, types: this.#types, secretKey, now: clock.now() }
    for (const row of upgradeRows(stored, scope)) this.#rows.put(row)
    this.#resolver = graph
      ? new Resolver({ graph, secretKey, rowsOf: (node) => this.#rows.ofNode(node), preview: true })
      : undefined
    this.#resolver?.refresh()
  }

  get all(): ObjectRow[] {
    return [...this.#rows.all()]
  }

  #typeOf(row: ObjectRow): AnyNodeType {
    const type = this.#types.get(row.type)
    return type ?? refuseUnknownType(row)
  }

  async read(): Promise<void> {
    const { context, installation, deployment } = this.#options
    this.#readings = await readObjects(this.#rows, {
      context,
      installed: { installation, deployment },
      clock: this.#clock,
      typeOf: (row) => this.#typeOf(row),
      entryOf: (node) => this.#resolver?.entries.get(node),
    })
    this.#learn()
  }

  /** Records addresses and attributes that were found, so that references are answered as in the run. */
  #learn(): void {
    const { installation, deployment } = this.#options
    for (const row of this.all) {
      const reading = this.#readings.get(row.object)
      if (row.id !== null || !reading || reading instanceof AlienError) continue
      const whose = ownership(this.#typeOf(row), row, reading, { installation, deployment }, true)
      if (whose !== "foreign") this.#rows.put({ ...row, attributes: reading.attributes })
    }
    this.#resolver?.refresh()
  }

  /** Actions of all nodes but gates, which have no object. */
  planNodes(graph: Graph | null): PlanAction[] {
    if (!graph) return []
    return [...(this.#resolver?.entries.values() ?? [])].flatMap((entry) =>
      entry.desired.type.kind === "gate" ? [] : [this.#planNode(entry)],
    )
  }

  #planNode(entry: Resolved): PlanAction {
    const { desired, wanted, row, identityHash } = entry
    const { type, node } = desired
    if (type.kind === "lookup")
      return planAction("keep", node, type, row?.id ?? node, ["it is the customer's: only read"])
    if (!wanted) return planAction("keep", node, type, desired.name, ["its references are not known yet"])
    const conflict = this.#keyConflict(entry)
    if (conflict) return planAction("keep", node, type, desired.name, [conflict])
    const before = this.#rows
      .ofNode(node)
      .filter((other) => other !== row && !other.doomed && !other.twin && holdsObject(other))
    if (!(row && holdsObject(row)) && before.length > 0) return this.#planReplacement(entry, before)
    const current = row ?? blankRow(desired, identityHash ?? "", 1, (size) => new Uint8Array(size))
    return this.#decided(current, type, { kind: "converge", wanted })
  }

  /** Why the node cannot get its key: another node has it and keeps it; undefined where it can. */
  #keyConflict(entry: Resolved): string | undefined {
    const holder = this.#keyHolders(entry).find(
      (other) =>
        other.node !== entry.desired.node && this.#resolver?.entries.get(other.node)?.row?.object === other.object,
    )
    return holder && `key_taken: ${holder.id ?? holder.name} is what ${holder.node} has and keeps; change one of them`
  }

  #keyHolders({ desired, wanted, row }: Resolved): ObjectRow[] {
    if (!wanted || (row && holdsObject(row))) return []
    return this.#rows.withKey(desired.type, wanted.sealed).filter((other) => !other.doomed && holdsObject(other))
  }

  #planReplacement(entry: Resolved, before: readonly ObjectRow[]): PlanAction {
    const { desired, wanted } = entry
    const { type, node } = desired
    const [old] = before
    const interruption = this.#keyHolders(entry).length > 0
    const changes = old && wanted ? replacingChanges(type, old, wanted.sealed) : []
    const reasons =
      old && old.type !== type.type
        ? [`it was a ${old.type}`]
        : changes.map(({ field }) => `${field} cannot be changed in place`)
    return {
      ...planAction("replace", node, type, desired.name, reasons),
      changes,
      ...(interruption ? { interruption } : {}),
    }
  }

  planRemovals(): PlanAction[] {
    return dependantsFirst(this.all).flatMap((row) => {
      const type = this.#typeOf(row)
      const entry = this.#resolver?.entries.get(row.node)
      const isWanted = entry?.row?.object === row.object
      const isReplaced = entry !== undefined && !(entry.row && holdsObject(entry.row))
      const isNothing = type.kind === "object" && !holdsObject(row)
      return type.kind === "gate" || isWanted || isReplaced || isNothing ? [] : [this.#planRemoval(row, type)]
    })
  }

  #planRemoval(row: ObjectRow, type: AnyNodeType): PlanAction {
    const name = row.id ?? row.name
    if (type.kind === "lookup") return planAction("detach", row.node, type, name, ["it is no longer looked up"])
    if (type.kind === "ensure") return planAction("detach", row.node, type, name, ["it stays as it is"])
    if (type.kind === "borrowed") return planAction("detach", row.node, type, name, ["our entries are taken out"])
    const reading = this.#readings.get(row.object)
    if (reading instanceof AlienError) return unreadableAction(row, type, reading)
    const decision = decide(this.#situation(row, type, { kind: "delete", detach: false }, reading))
    if (decision.action === "park")
      return planAction("keep", row.node, type, name, [`${decision.state.why.code}: ${decision.state.why.message}`])
    if (decision.action === "remove" && decision.event === "left_to_its_owner")
      return planAction("keep", row.node, type, name, ["name_taken: it belongs to somebody else"])
    return planAction("delete", row.node, type, name, [row.doomed ? "it is being deleted" : "it is no longer wanted"])
  }

  #decided(row: ObjectRow, type: AnyNodeType, goal: Goal): PlanAction {
    const reading = this.#readings.get(row.object)
    if (reading instanceof AlienError) return unreadableAction(row, type, reading)
    return actionFromDecision(decide(this.#situation(row, type, goal, reading)), row, type)
  }

  #situation(row: ObjectRow, type: AnyNodeType, goal: Goal, reading: Situation["reading"]): Situation {
    const { installation, deployment, secretKey } = this.#options
    const installed = { installation, deployment }
    return {
      type,
      row,
      goal,
      reading,
      ownership: reading && ownership(type, row, reading, installed, true),
      installed,
      secretKey,
      brokenBefore: goal.kind === "converge" ? this.#memory.brokenCount(row.node, goal.wanted.fingerprint) : 0,
      now: this.#clock.now(),
    }
  }
}

/** Sorts rows so that dependants come before what they depend on. */
function dependantsFirst(rows: readonly ObjectRow[]): ObjectRow[] {
  const left = new Set(rows)
  const ordered: ObjectRow[] = []
  while (left.size > 0) {
    const held = new Set([...left].flatMap((row) => Object.keys(dependenciesOf(row))))
    const free = [...left].filter((row) => !held.has(row.object))
    for (const row of free.length > 0 ? free : [...left]) {
      ordered.push(row)
      left.delete(row)
    }
  }
  return ordered
}

/** The action for an object that cannot be read: it is kept. */
const unreadableAction = (row: ObjectRow, type: AnyNodeType, error: AlienError) =>
  planAction("keep", row.node, type, row.id ?? row.name, [`${error.code}: it cannot be read: ${error.message}`])

function actionFromDecision(decision: Decision, row: ObjectRow, type: AnyNodeType): PlanAction {
  const name = row.id ?? row.name
  const keep = (reasons: string[]) => planAction("keep", row.node, type, name, reasons)
  switch (decision.action) {
    case "create":
      return planAction("create", row.node, type, row.name, row.created ? decision.reasons : [])
    case "update": {
      const changes = decision.fields.flatMap(({ field, wanted, found }) =>
        planChanges(field, found, wanted, found !== undefined),
      )
      const planned = { ...planAction("update", row.node, type, name, decision.reasons), changes }
      return decision.drift ? { ...planned, drift: true } : planned
    }
    case "search":
      return planAction("create", row.node, type, row.name, ["nothing is at its address any more"])
    case "recreate":
      return planAction("replace", row.node, type, name, [decision.why.message])
    case "settle":
      return row.id === null ? planAction("adopt", row.node, type, name, []) : keep([])
    case "park":
      return keep([`${decision.state.why.code}: ${decision.state.why.message}`])
    case "park-part":
      return keep([`${decision.why.code}: ${decision.why.message}`])
    case "wait": {
      const { why } = decision.state
      return keep(why ? [`${why.code}: ${why.message}`] : ["it is changing"])
    }
    default:
      return keep([])
  }
}

/** Changes of the props that require a replacement. */
function replacingChanges(type: AnyNodeType, old: ObjectRow, wanted: Record<string, unknown>): PlanChange[] {
  return traitsOf(type)
    .replacing.filter((name) => JSON.stringify(old.props?.[name]) !== JSON.stringify(wanted[name]))
    .flatMap((field) => planChanges(field, old.props?.[field], wanted[field]))
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
