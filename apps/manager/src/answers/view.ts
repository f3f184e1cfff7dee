import type { Condition, EndpointReport } from "@alienplatform/core"
import type { NodeDrift } from "@alienplatform/engine"
import type { StoredVariable } from "@alienplatform/store"
import type { Role } from "../tokens/caller.ts"
import { type ShownVariable, shown } from "../variables/stored.ts"

/** One thing as the vendor sees it, and as everybody else does. */
export interface Views<T> {
  whole: T
  withoutValues: T
}

/**
 * How what is stored is shown. Whatever is answered about a deployment is made with a view, so that this is the one place
 * which knows what is hidden from whom: values of environment variables, in the stack or of the deployment, are the
 * vendor's and shown to nobody else; their names are.
 *
 * What a workload prints is its vendor's own choice, so `/logs` and last output lines are shown as they are.
 */
export interface View {
  variable(variable: StoredVariable): ShownVariable
  endpoint(report: EndpointReport): EndpointReport
  drift(found: NodeDrift): NodeDrift
  pick<T>(views: Views<T>): T
}

const vendor: View = {
  variable: shown,
  endpoint: (report) => report,
  drift: (found) => found,
  pick: ({ whole }) => whole,
}

const everybodyElse: View = {
  variable: (variable) => ({ ...shown(variable), value: null }),
  endpoint: (report) => ({
    ...report,
    conditions: report.conditions.map(withoutProps),
    hosts: report.hosts.map((host) => ({ ...host, conditions: host.conditions.map(withoutProps) })),
  }),
  drift: (found) => ({ ...found, fields: found.fields.map(({ field }) => ({ field })) }),
  pick: ({ withoutValues }) => withoutValues,
}

export const viewOf = (role: Role): View => (role === "admin" ? vendor : everybodyElse)

/** What was expected and observed of our own objects is their props; of what the customer has to act on it is theirs. */
function withoutProps(condition: Condition): Condition {
  if (condition.type !== "target" || condition.on === "customer") return condition
  const { expected: _expected, observed: _observed, ...rest } = condition
  return rest
}
