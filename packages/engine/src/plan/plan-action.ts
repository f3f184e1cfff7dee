import type { AnyNodeType } from "../declare/node-type.ts"
import { isSealed, isUnknown } from "../declare/sent.ts"

export type PlanVerb = "create" | "update" | "replace" | "delete" | "adopt" | "keep" | "detach"

export interface PlanChange {
  field: string
  /** As text; absent where a secret or an unreadable value stood. */
  from?: string
  to?: string
}

export interface PlanAction {
  action: PlanVerb
  node: string
  type: string
  /** The name that we give it, or the address that it has. */
  name: string
  /** ours, or the customer's: only read, attached to and detached from. */
  of: "us" | "customer"
  reasons: string[]
  changes: PlanChange[]
  /** Somebody else changed it since it was last seen. */
  drift?: true
  /** The old object has to go before the new one can come. */
  interruption?: true
}

/** An action without changes. */
export const planAction = (
  verb: PlanVerb,
  node: string,
  type: AnyNodeType,
  name: string,
  reasons: string[],
): PlanAction => ({
  action: verb,
  node,
  type: type.type,
  name,
  of: type.kind === "lookup" || type.kind === "borrowed" ? "customer" : "us",
  reasons,
  changes: [],
})

/** A value for people; what only the run will know prints as `(after X)`, a secret as `(secret)`. */
export function planValueText(value: unknown): string {
  if (value === undefined) return "(none)"
  if (isUnknown(value)) return `(after ${value.$after})`
  if (isSealed(value)) return "(secret)"
  const json = JSON.stringify(value, (_, member: unknown) =>
    isUnknown(member) ? `(after ${member.$after})` : isSealed(member) ? "(secret)" : member,
  )
  return json.length > 120 ? `${json.slice(0, 117)}...` : json
}
