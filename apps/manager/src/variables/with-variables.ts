import type { Violation } from "@alienplatform/core"
import type { ResourceLike } from "@alienplatform/engine"
import type { Variable } from "./stored.ts"

type Resources = Readonly<Record<string, { config: ResourceLike }>>

export interface ResourceWithVariables {
  /** The plain ones are in its environment, and win over the declared ones. */
  config: ResourceLike
  /** By name; a declared value of such a name is no longer in the environment. */
  secrets: Record<string, string>
}

/** Resources with the deployment's variables, and what is wrong with the targets. */
export function withVariables(
  stack: Resources,
  variables: readonly Variable[],
): { resources: Record<string, ResourceWithVariables>; reasons: Violation[] } {
  const reasons = variables.flatMap(({ name, targetResources }) =>
    (targetResources ?? [])
      .filter((id) => !Object.hasOwn(stack, id))
      .map(
        (id): Violation => ({
          path: `environmentVariables.${name}`,
          code: "resource_unknown",
          message: `${name} is meant for the resource ${id}, which is not in the stack; it has ${Object.keys(stack).join(", ") || "none"}`,
        }),
      ),
  )
  const resources = Object.fromEntries(
    Object.entries(stack).map(([id, { config }]) => {
      const own = variables.filter(({ targetResources }) => !targetResources || targetResources.includes(id))
      return [id, own.length === 0 ? { config, secrets: {} } : withOwn(config, own)]
    }),
  )
  return { resources, reasons }
}

function withOwn(config: ResourceLike, own: readonly Variable[]): ResourceWithVariables {
  const declared = "environment" in config ? (config.environment as Record<string, string>) : {}
  const environment = new Map(Object.entries(declared))
  const secrets: Record<string, string> = {}
  for (const { name, value, secret } of own) {
    if (secret) secrets[name] = value
    if (secret) environment.delete(name)
    else environment.set(name, value)
  }
  const changed = { ...config, environment: Object.fromEntries(environment) }
  return { config: changed, secrets }
}
