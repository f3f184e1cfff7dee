import type { Dependencies, Hold, ObjectRow } from "./row.ts"

const holdStrength: Record<Hold, number> = { name: 0, use: 1, identity: 2 }

/** Adds a dependency on an object; of two holds on the same object the stronger one stays. */
export function addDependency(into: Dependencies, object: string, hold: Hold): void {
  const known = into[object]
  if (known === undefined || holdStrength[known] < holdStrength[hold]) into[object] = hold
}

export function mergeDependencies(...all: readonly Dependencies[]): Dependencies {
  const union: Dependencies = {}
  for (const one of all) for (const [object, hold] of Object.entries(one)) addDependency(union, object, hold)
  return sortDependencies(union)
}

export const sortDependencies = (dependencies: Dependencies): Dependencies =>
  Object.fromEntries(Object.entries(dependencies).sort(([left], [right]) => (left < right ? -1 : 1)))

/** Everything that must outlive a row's object, dependencies of its parts included. */
export function dependenciesOf(row: ObjectRow): Dependencies {
  const parts = Object.values(row.parts)
  return parts.length === 0
    ? row.dependencies
    : mergeDependencies(row.dependencies, ...parts.map((part) => part.dependencies))
}
