import type { Violation } from "../error.ts"
import { pathText } from "./path.ts"

const MAX_DEPTH = 64

/**
 * Finds what no schema sees: keys that would change an object's prototype, values that JSON cannot hold, and nesting
 * (or a cycle) too deep to walk. Run it before any schema looks at the value.
 */
export function unsafeParts(value: unknown, path: readonly PropertyKey[] = []): Violation[] {
  if (typeof value !== "object" || value === null) return []
  const at = pathText(path)
  if (path.length > MAX_DEPTH)
    return [{ path: at, code: "nested_too_deep", message: `is nested deeper than ${MAX_DEPTH} levels` }]
  if (Array.isArray(value)) return value.flatMap((item, index) => unsafeParts(item, [...path, index]))
  return Object.entries(value).flatMap(([key, member]) =>
    key === "__proto__"
      ? [{ path: pathText([...path, key]), code: "name_reserved", message: "the name __proto__ cannot be used" }]
      : unsafeParts(member, [...path, key]),
  )
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export interface Absent {
  /** True where null counts as absent too. Default false. */
  nulls?: boolean
  /** Keys of objects whose members have names of the user's choice: a null among those is a value, and stays. */
  keyed?: readonly string[]
}

/**
 * Copies a value without members that are `undefined` and, if asked for, without those that are null; lists keep their
 * items.
 */
export function withoutAbsent(value: unknown, absent: Absent = {}): unknown {
  const { nulls = false, keyed = [] } = absent
  if (Array.isArray(value)) return value.map((item) => withoutAbsent(item, absent))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined && !(nulls && member === null))
      .map(([key, member]) => [key, withoutAbsent(member, keyed.includes(key) ? {} : absent)]),
  )
}

/** Is anything in a value null? */
export const hasNull = (value: unknown): boolean =>
  value === null || (typeof value === "object" && Object.values(value).some(hasNull))

/** Freezes a value and everything in it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const member of Object.values(value)) deepFreeze(member)
  }
  return value
}
