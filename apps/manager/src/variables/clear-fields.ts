import { AlienError, canonicalJson, type StackConfig } from "@alienplatform/core"
import type { DesiredNode, Graph, Plan } from "@alienplatform/engine"
import type { Variable } from "./stored.ts"

/** By node, the fields of a plan that no variable's value goes into. */
export type ClearFields = Readonly<Record<string, readonly string[]>>

/** No resource can declare them. */
const MORE = [
  { name: "ALIEN_ONE_MORE", value: "", secret: false },
  { name: "ALIEN_ONE_MORE_SECRET", value: "", secret: true },
]

/**
 * Finds them without knowing any node type: what comes out of an expansion alike when every variable has another value,
 * and there are more, says nothing of their values. `expand` does that; where it refuses such values nothing is clear.
 */
export function clearFields(
  graph: Graph,
  { stack, variables }: { stack: StackConfig; variables: readonly Variable[] },
  expand: (variables: Variable[]) => Graph,
): ClearFields {
  let other: Graph
  try {
    other = expand(otherValues(stack, variables))
  } catch (error) {
    if (!(error instanceof AlienError) || error.internal) throw error
    return {}
  }
  return Object.fromEntries([...graph.nodes].map(([id, node]) => [id, alike(node, other.nodes.get(id))]))
}

/** The plan with the changes of those fields alone; of the others only that they change. */
export const withoutValues = (plan: Plan, clear: ClearFields): Plan => ({
  ...plan,
  actions: plan.actions.map((action) => ({
    ...action,
    changes: action.changes.map((change) => {
      const { field } = change
      return clear[action.node]?.includes(field) ? change : { field }
    }),
  })),
  drift: plan.drift.map((found) => ({
    ...found,
    fields: found.fields.map((one) => (clear[found.node]?.includes(one.field) ? one : { field: one.field })),
  })),
})

/** Other values for all variables; those of the deployment come last, so they win over declared ones. */
function otherValues({ resources }: StackConfig, variables: readonly Variable[]): Variable[] {
  const declared = Object.values(resources).flatMap(({ config: { id, environment } }) =>
    Object.entries(environment).map(([name, value]) => ({ name, value, secret: false, targetResources: [id] })),
  )
  const all = [...declared, ...variables].map((variable) => ({ ...variable, value: `${variable.value}#` }))
  return [...all, ...MORE]
}

function alike(node: DesiredNode, other: DesiredNode | undefined): string[] {
  if (other?.type !== node.type) return []
  const same = (left: unknown, right: unknown) => canonicalJson(left) === canonicalJson(right)
  const props = Object.keys(node.props).filter((name) => same(node.props[name], other.props[name]))
  const list = node.type.kind === "object" ? node.type.parts : undefined
  const parts = Object.keys(node.parts).filter((key) => same(node.parts[key]?.props, other.parts[key]?.props))
  return [...props, ...parts.map((key) => `${list}.${key}`)]
}
