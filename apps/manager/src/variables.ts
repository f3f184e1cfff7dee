import type { EnvironmentVariable } from "@alienplatform/api"
import { type Json, problem, type Violation } from "@alienplatform/core"
import type { ResourceLike } from "@alienplatform/engine"

type Resources = Readonly<Record<string, { config: ResourceLike }>>

/** Secret values cannot be kept yet. The error names the variables and never their values. */
export function refuseSecrets(variables: readonly EnvironmentVariable[]): void {
  const secret = variables.filter(({ type }) => type === "secret").map(({ name }) => name)
  if (secret.length > 0)
    throw problem("setting_not_supported", {
      message: `secret environment variables are not supported yet (${secret.join(", ")}); leave them out`,
      context: {
        violations: variables.flatMap(({ type }, index) =>
          type === "secret"
            ? [
                {
                  path: `environmentVariables[${index}].type`,
                  code: "setting_not_supported",
                  message: "secret is not supported yet",
                },
              ]
            : [],
        ),
      },
    })
}

/** Resource configs with the deployment's variables in their environment, and what is wrong with the targets. */
export function withVariables(
  stack: Resources,
  stored: Json,
): { resources: Record<string, ResourceLike>; reasons: Violation[] } {
  const variables = (Array.isArray(stored) ? stored : []) as unknown as EnvironmentVariable[]
  const reasons = variables.flatMap(({ name, targetResources }) =>
    (targetResources ?? [])
      .filter((id) => !Object.hasOwn(stack, id))
      .map((id) => ({
        path: "environmentVariables",
        code: "resource_unknown",
        message: `${name} is meant for the resource ${id}, which is not in the stack`,
      })),
  )
  const resources = Object.fromEntries(
    Object.entries(stack).map(([id, { config }]) => {
      const own = variables.filter(({ targetResources }) => !targetResources || targetResources.includes(id))
      if (own.length === 0) return [id, config]
      const declared = "environment" in config ? (config.environment as Record<string, string>) : {}
      const environment = { ...declared, ...Object.fromEntries(own.map(({ name, value }) => [name, value])) }
      return [id, { ...config, environment }]
    }),
  )
  return { resources, reasons }
}
