import type { AnyNodeType } from "./node-type.ts"

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
  /** The old object has to go before the new one can come. */
  interruption?: true
}

/** An action without changes. */
export const action = (
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
  of: type.kind === "lookup" ? "customer" : "us",
  reasons,
  changes: [],
})

/** A value for people; what only the run will know prints as `(after X)`. */
export function text(value: unknown): string {
  if (value === undefined) return "(none)"
  if (typeof value === "object" && value !== null && "$after" in value) return `(after ${String(value.$after)})`
  const json = JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && "$after" in member ? `(after ${String(member.$after)})` : member,
  )
  return json.length > 120 ? `${json.slice(0, 117)}...` : json
}
