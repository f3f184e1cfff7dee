import type { Json } from "@alienplatform/core"
import type { Actor } from "@alienplatform/core/codes"

/** In the order in which they are reported: each one presumes those before it. */
export const CONDITION_TYPES = ["target", "certificate", "dns", "reachable"] as const
export type ConditionType = (typeof CONDITION_TYPES)[number]

/**
 * waiting ends when somebody acts (`on`) or by itself. failed does not end by itself. unverified cannot be seen from
 * the manager, carries the command to run in `fix` and does not hold back `ready`.
 */
export type ConditionStatus = "ok" | "waiting" | "failed" | "unverified"

/** A named check of an endpoint. Plain JSON. */
export interface Condition {
  type: ConditionType
  status: ConditionStatus
  /** Who has to act. */
  on?: Actor
  /** Stable, lower snake case, explained in docs/errors.md. null when there is nothing to explain. */
  code: string | null
  message: string
  expected?: Json
  observed?: Json
  /** What the actor has to do, in one sentence, or the command to run. */
  fix?: string
  /** ISO 8601, UTC: since when `status` and `code` are what they are. */
  since: string
  /** The deployment's generation that was judged. */
  observedGeneration: number
}

/** A condition before it is dated. */
export type Finding = Omit<Condition, "type" | "since" | "observedGeneration">

/** Dates a finding: `since` stays while status and code do. */
export function dated(
  type: ConditionType,
  finding: Finding,
  { previous, now, generation }: { previous: readonly Condition[]; now: number; generation: number },
): Condition {
  const before = previous.find((condition) => condition.type === type)
  const same = before?.status === finding.status && before.code === finding.code
  return { type, ...finding, since: same ? before.since : new Date(now).toISOString(), observedGeneration: generation }
}

const SEVERITY: Record<ConditionStatus, number> = { failed: 0, waiting: 1, unverified: 2, ok: 3 }

/** One condition per type, in order: the most severe; among equals one with a code, then the first. */
export function worstOfEach(conditions: readonly Condition[]): Condition[] {
  const rank = ({ status, code }: Condition) => SEVERITY[status] * 2 + (code === null ? 1 : 0)
  return CONDITION_TYPES.flatMap((type) => {
    const [first, ...others] = conditions.filter((condition) => condition.type === type)
    if (!first) return []
    return [others.reduce((worst, other) => (rank(other) < rank(worst) ? other : worst), first)]
  })
}
