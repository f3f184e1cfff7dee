import { type Condition, type ConditionStatus, ConditionType } from "@alienplatform/core"

/** A condition before it is dateCondition. */
export type Finding = Omit<Condition, "type" | "since" | "observedGeneration">

/** Makes a finding a condition: `since` stays what it was while status and code stay. */
export function dateCondition(
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
  return ConditionType.options.flatMap((type) => {
    const [first, ...others] = conditions.filter((condition) => condition.type === type)
    if (!first) return []
    return [others.reduce((worst, other) => (rank(other) < rank(worst) ? other : worst), first)]
  })
}
