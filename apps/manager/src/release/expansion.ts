import { AlienError, type StackSettings, settingsNotes, type Violation, violations } from "@alienplatform/core"
import type { Code } from "@alienplatform/core/codes"
import {
  type DeploymentContext,
  type EndpointPlan,
  Graph,
  type Platform,
  type ResourceLike,
} from "@alienplatform/engine"
import type { Variable } from "../variables/stored.ts"
import { withVariables } from "../variables/with-variables.ts"

/** The part of a built stack that expansion needs. */
export interface ExpandableStack {
  id: string
  resources: Readonly<Record<string, { config: ResourceLike }>>
}

export interface Expansion {
  graph: Graph
  /** In declared order. */
  endpoints: EndpointPlan[]
  /** What the platform does otherwise than declared. */
  notes: string[]
}

export interface ExpandStackArgs {
  platform: Pick<Platform, "name" | "components">
  stack: ExpandableStack
  settings: unknown
  deployment: DeploymentContext
  /** The deployment's environment variables; they win over the stack's. */
  variables?: readonly Variable[]
  /** Made by earlier runs. */
  choices?: Record<string, string>
}

/**
 * What a stack consists of on a platform: every resource expanded by its component into one graph. Pure, so a dry
 * run is the same call. Throws `stack_not_supported` with every reason of every resource.
 */
export function expandStack({
  platform,
  stack,
  settings,
  deployment,
  variables = [],
  choices = {},
}: ExpandStackArgs): Expansion {
  const graph = new Graph({ prefix: deployment.prefix, choices })
  const { resources: all, reasons } = withVariables(stack.resources, variables)
  const resources = Object.fromEntries(Object.entries(all).map(([id, { config }]) => [id, config]))
  const endpoints: EndpointPlan[] = []
  const notes = settingsNotes(settings as StackSettings)
  for (const { config: resource, secrets } of Object.values(all)) {
    const path = `resources.${resource.id}`
    const component = platform.components.find((candidate) => candidate.resource === resource.type)
    if (!component) {
      const message = `${platform.name} does not run resources of type ${resource.type}`
      reasons.push({ path, code: "resource_not_supported", message })
      continue
    }
    try {
      const expanded = component.expand({ graph, resource, resources, settings, deployment, secrets })
      endpoints.push(...expanded.endpoints)
      notes.push(...(expanded.notes ?? []))
    } catch (error) {
      reasons.push(...reasonsOf(error, path))
    }
  }
  if (reasons.length > 0) throw violations("stack_not_supported", `stack ${stack.id} on ${platform.name}`, reasons)
  return { graph, endpoints, notes }
}

/** The refusals of one component; anything that is not a refusal is a fault of ours and goes on. */
function reasonsOf(error: unknown, path: string): Violation[] {
  if (!(error instanceof AlienError) || error.internal) throw error
  const listed = error.context?.violations
  if (Array.isArray(listed)) return listed as Violation[]
  return [{ path, code: error.code as Code, message: error.message }]
}
