import type { EnvironmentVariable } from "@alienplatform/api"
import { type Violation, violations } from "@alienplatform/core"
import type { StoredVariable } from "@alienplatform/store"
import type { Sealer } from "../secrets/seal.ts"
import { stored } from "./stored.ts"

/** null removes the variable. */
export type VariableChange = Omit<EnvironmentVariable, "value"> & { value: string | null }

/** As many as a deployment may have. */
const MOST = 500

/** Each change replaces the variable of its name where that stands, or comes last. Throws `request_invalid`. */
export function changedVariables(
  sealer: Sealer,
  deployment: string,
  before: readonly StoredVariable[],
  changes: readonly VariableChange[],
): StoredVariable[] {
  refuseTwice(changes)
  const after = new Map(before.map((variable) => [variable.name, variable]))
  for (const { value, ...change } of changes)
    if (value === null) after.delete(change.name)
    else after.set(change.name, stored(sealer, deployment, { ...change, value }))
  if (after.size > MOST) {
    const message = `would be ${after.size}, more than the ${MOST} that a deployment may have; remove some`
    throw violations("request_invalid", "the body", [{ path: "environmentVariables", code: "out_of_range", message }])
  }
  return [...after.values()]
}

function refuseTwice(changes: readonly VariableChange[]): void {
  const first = new Map<string, number>()
  const found = changes.flatMap(({ name }, index): Violation[] => {
    const other = first.get(name)
    if (other === undefined) first.set(name, index)
    if (other === undefined) return []
    const message = `${name} is also environmentVariables[${other}]; a variable has one value, so give it once`
    return [{ path: `environmentVariables[${index}].name`, code: "variable_twice", message }]
  })
  if (found.length > 0) throw violations("request_invalid", "the body", found)
}
