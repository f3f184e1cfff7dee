import type { AnyNodeType } from "../declare/node-type.ts"
import { isSealed, isUnknown } from "../declare/sent.ts"

export type PlanVerb = "create" | "update" | "replace" | "delete" | "adopt" | "keep" | "detach"

export interface PlanChange {
  field: string
  /** The old value as text; absent for a secret and for a value that cannot be read. */
  from?: string
  to?: string
}

export interface PlanAction {
  action: PlanVerb
  node: string
  type: string
  /** Name that the object will get, or its address. */
  name: string
  /** Whose object it is: ours, or the customer's, which is only read, attached to and detached from. */
  of: "manager" | "customer"
  reasons: string[]
  changes: PlanChange[]
  /** True where somebody else changed the object since we last saw it. */
  drift?: true
  /** True where the old object must be deleted before the new one can be created: an interruption. */
  interruption?: true
}

/** Makes a plan's action without changes. */
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
  of: type.kind === "lookup" || type.kind === "borrowed" ? "customer" : "manager",
  reasons,
  changes: [],
})

/** A value as text for people; what only the run will know is `(after X)`, a secret is `(secret)`. */
export function planValueText(value: unknown): string {
  if (value === undefined) return "(none)"
  if (isUnknown(value)) return `(after ${value.$after})`
  if (isSealed(value)) return "(secret)"
  const json = JSON.stringify(value, (_, member: unknown) =>
    isUnknown(member) ? `(after ${member.$after})` : isSealed(member) ? "(secret)" : member,
  )
  return json.length > 120 ? `${json.slice(0, 117)}...` : json
}
