import type { Condition } from "@alienplatform/core"
import { type Actor, actorOf, type Code } from "@alienplatform/core/codes"
import type { HostPlan, Notice, ObjectRow, Reason, SentPart } from "@alienplatform/engine"
import type { Finding } from "./conditions.ts"
import { livingRows } from "./resolve.ts"

export interface TargetContext {
  rows: readonly ObjectRow[]
  /** The host was ready before and still answers: what is there serves, whatever is being made beside it. */
  serving: boolean
  previous: Condition | undefined
  generation: number
  /** Objects that a gate has kept waiting for too long. */
  overdue: ReadonlySet<string>
  notices: readonly Notice[]
  now: number
}

/** How long a workload may stay not ready before its vendor is asked to look. */
const READY_WITHIN_MS = 20_000

interface NodeFinding extends Finding {
  /** The higher, the worse. */
  rank: number
  /** An earlier object of the same node is settled and kept. */
  olderServes: boolean
  /** True once a gate has kept the object waiting for too long. */
  overdue: boolean
}

/**
 * Are the objects that serve a host settled? While an earlier revision serves, the answer is ok with the code
 * `update_in_progress` or `update_failed`; the details are those of the worst object. An update that has failed stays so
 * until it succeeds or another one is asked for, however its objects come and go meanwhile.
 */
export function judgeTarget(plan: HostPlan, context: TargetContext): Finding {
  const open = plan.target.flatMap((handle) => nodeFinding(handle, context) ?? [])
  const [first, ...others] = open
  if (!first) return noticed(plan, context) ?? { status: "ok", code: null, message: "what serves it is settled" }
  const worst = others.reduce((found, other) => (other.rank > found.rank ? other : found), first)
  const { rank: _rank, olderServes: _olderServes, overdue: _overdue, ...finding } = worst
  // It answers between two exits as well.
  if (isIll(finding) && !isEarlierKept(plan, context)) return finding
  if (!context.serving && !open.every(({ olderServes }) => olderServes)) return finding
  return finding.status === "failed" || open.some(({ overdue }) => overdue) || failedBefore(context)
    ? { ...finding, status: "ok", code: "update_failed", message: `the revision before serves; ${finding.message}` }
    : {
        ...finding,
        status: "ok",
        code: "update_in_progress",
        message: `the revision before serves; ${finding.message}`,
      }
}

const ILL: readonly (string | null)[] = ["workload_crashed", "workload_unhealthy"] satisfies Code[]

/** The program itself does not keep running. */
const isIll = ({ code }: Finding): boolean => ILL.includes(code)

/** An update is under way, and what serves is the revision before it. */
const isEarlierKept = ({ target }: HostPlan, { rows }: TargetContext): boolean =>
  target.some(({ node }) => livingRows(node, rows).slice(1).some(isSettled))

/** The first of what people should know of the objects that serve a host. */
function noticed({ target }: HostPlan, { notices }: TargetContext): Finding | undefined {
  const found = notices.find((notice) => target.some(({ node }) => node === notice.node))
  if (!found) return undefined
  const { node: _, ...said } = found
  return { status: "ok", on: "vendor", ...said }
}

const failedBefore = ({ previous, generation }: TargetContext): boolean =>
  previous?.code === "update_failed" && previous.observedGeneration === generation

function nodeFinding({ node, part }: HostPlan["target"][number], context: TargetContext): NodeFinding | undefined {
  const [wanted, ...older] = livingRows(node, context.rows)
  if (!wanted || !isSettled(wanted)) {
    const overdue = wanted !== undefined && context.overdue.has(wanted.object)
    const finding = rowFinding(node, wanted, context)
    return { ...finding, ...(overdue ? { on: "vendor" } : {}), olderServes: older.some(isSettled), overdue }
  }
  return part === undefined ? undefined : partFinding(`${node} (${part})`, wanted.parts[part], context)
}

const isSettled = ({ state, call, operation }: ObjectRow): boolean =>
  state.status === "settled" && !call?.open && operation === null

/** A part that was refused is kept in the shared object as it was last accepted. */
function partFinding(part: string, sent: SentPart | undefined, context: TargetContext): NodeFinding | undefined {
  if (!sent) return { ...rowFinding(part, undefined, context), olderServes: false, overdue: false }
  if (!sent.parked) return undefined
  return {
    rank: 3,
    ...findingFor(part, "failed", sent.why ?? null, actorFor(sent.why ?? null, context)),
    olderServes: sent.props !== null,
    overdue: false,
  }
}

function rowFinding(node: string, row: ObjectRow | undefined, context: TargetContext): Finding & { rank: number } {
  if (!row)
    return { rank: 0, status: "waiting", on: "manager", code: "provisioning", message: `${node} has not been made yet` }
  const { status, why } = row.state
  const rank = { parked: 3, waiting: 2, changing: 1, due: 1, settled: 1 }[status]
  return { rank, ...findingFor(node, status === "parked" ? "failed" : "waiting", why, actorFor(why, context)) }
}

function findingFor(node: string, status: "failed" | "waiting", why: Reason | null, on: Actor): Finding {
  if (!why) return { status, on, code: "provisioning", message: `${node} is being made ready` }
  return {
    status,
    on,
    code: why.code,
    message: `${node}: ${why.message}`,
    ...(why.expected === undefined ? {} : { expected: why.expected }),
    ...(why.observed === undefined ? {} : { observed: why.observed }),
    ...(why.fix === undefined ? {} : { fix: why.fix }),
  }
}

/** The code says it; where it leaves that open, how the row waits does. A failing probe may be a workload that starts. */
function actorFor(why: Reason | null, context: TargetContext): Actor {
  const known = why ? actorOf(why.code) : undefined
  if (why?.on === "gate" && (known === undefined || why.code === "probe_failed"))
    return isOverdueGate(why, context) ? "vendor" : "manager"
  if (known) return known
  return why?.on === "person" ? "customer" : why?.on === "cloud" ? "provider" : "manager"
}

function isOverdueGate(why: Reason, context: TargetContext): boolean {
  if (failedBefore(context)) return true
  const { previous, now } = context
  const waited = previous?.status === "waiting" && previous.code === why.code
  return waited && now - Date.parse(previous.since) >= READY_WITHIN_MS
}
