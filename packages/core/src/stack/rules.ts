import { resourceRules } from "../resources/rules.ts"
import type { Found } from "../validation/check.ts"
import { didYouMean } from "../validation/nearest.ts"
import { isObject } from "../validation/plain.ts"
import { shownValue } from "../validation/seen.ts"

interface Entry {
  id: string
  config: Record<string, unknown>
  dependencies: unknown
}

/** Key under which ids collide: two ids with the same key would get the same host, variable or object name. */
export const idKey = (id: string): string => id.toLowerCase().replaceAll("_", "-")

/** Checks rules inside each resource and between resources. Works on the stack as it was given. */
export function stackRules(stack: unknown): Found[] {
  if (!isObject(stack) || !isObject(stack.resources)) return []
  const entries = Object.entries(stack.resources).flatMap(([id, entry]) =>
    isObject(entry) && isObject(entry.config) ? [{ id, config: entry.config, dependencies: entry.dependencies }] : [],
  )
  return [
    ...entries.flatMap(({ id, config }) =>
      resourceRules(config).map((found) => ({ ...found, path: ["resources", id, ...found.path] })),
    ),
    ...idRules(entries),
    ...referenceRules(entries),
    ...cycleRules(entries),
    ...profileRules(stack.permissions, entries),
  ]
}

export const idTaken = (id: string, other: string): Found => ({
  path: ["resources", id],
  code: "id_taken",
  message:
    id === other
      ? `the id ${shownValue(id)} is taken by another resource of the stack; choose another`
      : `the id ${shownValue(id)} differs from ${shownValue(other)} only in case or in - and _; choose another`,
})

function idRules(entries: readonly Entry[]): Found[] {
  const taken = new Map<string, string>()
  return entries.flatMap(({ id, config }) => {
    const found: Found[] = []
    if (typeof config.id === "string" && config.id !== id)
      found.push({
        path: ["resources", id, "id"],
        code: "id_mismatch",
        message: `is ${shownValue(config.id)}, but the resource stands under ${shownValue(id)}; make them equal`,
      })
    const other = taken.get(idKey(id))
    if (other !== undefined) found.push(idTaken(id, other))
    else taken.set(idKey(id), id)
    return found
  })
}

const references = (value: unknown): { index: number; id: unknown; type: unknown }[] =>
  Array.isArray(value)
    ? value.flatMap((item, index) => (isObject(item) ? [{ index, id: item.id, type: item.type }] : []))
    : []

function referenceRules(entries: readonly Entry[]): Found[] {
  const types = new Map<unknown, unknown>(entries.map(({ id, config }) => [id, config.type]))
  const check = (path: readonly PropertyKey[], value: unknown): Found[] =>
    references(value).flatMap(({ index, id, type }): Found[] => {
      if (typeof id !== "string") return []
      if (!types.has(id))
        return [
          {
            path: [...path, index, "id"],
            code: "link_unknown",
            message: `no resource of the stack has the id ${shownValue(id)}${didYouMean(
              id,
              entries.map((entry) => entry.id),
            )}`,
          },
        ]
      if (type === undefined || type === types.get(id)) return []
      return [
        {
          path: [...path, index, "type"],
          code: "link_type_wrong",
          message: `${shownValue(id)} is ${shownValue(types.get(id))}, not ${shownValue(type)}; correct or leave out the type`,
        },
      ]
    })
  return entries.flatMap(({ id, config, dependencies }) => [
    ...check(["resources", id, "links"], config.links),
    ...check(["resources", id, "dependencies"], dependencies),
  ])
}

/** Finds circles of dependencies. Links may go in circles, since an address is known before its workload runs. */
function cycleRules(entries: readonly Entry[]): Found[] {
  const needs = new Map<unknown, unknown[]>(
    entries.map(({ id, dependencies }) => [id, references(dependencies).map((reference) => reference.id)]),
  )
  const canReach = (from: unknown, goal: unknown, visited = new Set<unknown>()): boolean =>
    (needs.get(from) ?? []).some((next) => {
      if (next === goal) return true
      if (visited.has(next)) return false
      visited.add(next)
      return canReach(next, goal, visited)
    })
  return entries.flatMap(({ id }) =>
    canReach(id, id)
      ? [
          {
            path: ["resources", id, "dependencies"],
            code: "dependency_cycle",
            message: `${shownValue(id)} depends on itself, perhaps through others; remove one of the dependencies`,
          },
        ]
      : [],
  )
}

function profileRules(permissions: unknown, entries: readonly Entry[]): Found[] {
  if (!isObject(permissions) || !isObject(permissions.profiles)) return []
  const profiles = Object.keys(permissions.profiles)
  return entries.flatMap(({ id, config }) =>
    typeof config.permissions !== "string" || profiles.includes(config.permissions)
      ? []
      : [
          {
            path: ["resources", id, "permissions"],
            code: "permission_profile_unknown",
            message: `the stack has no permission profile ${shownValue(config.permissions)}${didYouMean(config.permissions, profiles)}`,
          },
        ],
  )
}
