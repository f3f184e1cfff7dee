import type { AnyNodeType } from "../declare/node-type.ts"
import type { PlanChange } from "./plan-change.ts"

export type PlanVerb = "create" | "update" | "replace" | "delete" | "adopt" | "keep" | "detach"

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
