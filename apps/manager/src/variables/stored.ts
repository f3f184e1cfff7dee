import type { EnvironmentVariable } from "@alienplatform/api"
import { type Violation, violations } from "@alienplatform/core"
import type { Deployment, StoredVariable } from "@alienplatform/store"
import type { Sealer } from "../secrets/seal.ts"

type Common = Pick<StoredVariable, "name" | "targetResources">

/** With its value, secret or not: for the expansion, and for nothing else. */
export interface Variable extends Common {
  value: string
  secret: boolean
}

/** Ready to be stored for that deployment. */
export const stored = (sealer: Sealer, deployment: string, variable: EnvironmentVariable): StoredVariable => {
  const { name, type, value, targetResources } = variable
  const common = { name, ...(targetResources ? { targetResources } : {}) }
  return type === "plain"
    ? { ...common, type, value }
    : { ...common, type, sealed: sealer.seal(deployment, name, value) }
}

/** Throws `secret_unreadable` with the name of every variable that cannot be unsealed. */
export function readVariables(sealer: Sealer, deployment: Pick<Deployment, "id" | "environmentVariables">): Variable[] {
  const unreadable: Violation[] = []
  const read = deployment.environmentVariables.flatMap((variable): Variable[] => {
    const { name, targetResources, type } = variable
    const value = type === "plain" ? variable.value : sealer.unseal(deployment.id, name, variable.sealed)
    if (value !== undefined) return [{ name, targetResources, value, secret: type === "secret" }]
    const message = "was sealed with another key, or altered; set it again, or start the manager with the key of then"
    unreadable.push({ path: `environmentVariables.${name}`, code: "secret_unreadable", message })
    return []
  })
  if (unreadable.length > 0)
    throw violations("secret_unreadable", `the environment of deployment ${deployment.id}`, unreadable)
  return read
}

/** null: the value is not shown. */
export type ShownVariable = Common & { type: "plain" | "secret"; value: string | null }

/** To the vendor: everything but secrets. */
export const shown = (variable: StoredVariable): ShownVariable => ({
  name: variable.name,
  type: variable.type,
  value: variable.type === "plain" ? variable.value : null,
  ...(variable.targetResources ? { targetResources: variable.targetResources } : {}),
})
