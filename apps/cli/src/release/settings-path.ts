import { parseJson, pathText, problem } from "@alienplatform/core/error"
import { isObject, type JsonObject } from "./settings-file.ts"

const KEY = String.raw`[A-Za-z_$][\w$-]*`
const QUOTED = String.raw`\[("(?:[^"\\]|\\.)*")\]`
const FIRST = new RegExp(`^(?:(${KEY})|${QUOTED})`)
const FURTHER = new RegExp(`^(?:\\.(${KEY})|${QUOTED})`)

/** Splits a path like `endpoints["api.web"].exposure` into its keys. Throws `usage_invalid`. */
export function parseSettingsPath(path: string): string[] {
  const keys: string[] = []
  for (let rest = path; rest !== "" || keys.length === 0; ) {
    const [whole, plain, quoted] = (keys.length === 0 ? FIRST : FURTHER).exec(rest) ?? []
    const key = plain ?? (quoted === undefined ? undefined : parseJson(quoted))
    if (whole === undefined || typeof key !== "string")
      throw problem("usage_invalid", {
        message: `${path} is no path of a setting`,
        hint: 'write domains.customDomains or endpoints["api.web"].exposure; lists are given whole, as JSON',
      })
    keys.push(key)
    rest = rest.slice(whole.length)
  }
  return keys
}

/** The member at a path; undefined where there is none. */
export const memberAt = (value: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>((inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), value)

/**
 * Turns `PATH=VALUE…` into one JSON Merge Patch: VALUE is JSON where it parses as JSON, else text. Throws
 * `usage_invalid`, also for a private key, which would be visible in the list of processes.
 */
export function parseAssignments(assignments: readonly string[]): JsonObject {
  const patch: JsonObject = {}
  for (const assignment of assignments) {
    const found = /^((?:[^="[]|\[(?:"(?:[^"\\]|\\.)*")\])+)=(.*)$/s.exec(assignment)
    const [, path = "", text = ""] = found ?? []
    if (path === "")
      throw problem("usage_invalid", {
        message: `${assignment.split("=", 1)[0]} is no PATH=VALUE`,
        hint: "alien settings set NAME updates=approval-required, or --file settings.json",
      })
    const keys = parseSettingsPath(path)
    const json = parseJson(text)
    const value = json === undefined ? text : json
    if (keys.includes("privateKey") || holdsPrivateKey(value))
      throw problem("usage_invalid", {
        message: `${path} holds a private key, which everybody on this machine could read in the list of processes`,
        hint: "write it to a file that only you can read: alien settings set NAME --file settings.json",
      })
    assign(patch, keys, value)
  }
  return patch
}

function assign(patch: JsonObject, keys: readonly string[], value: unknown): void {
  const [last = "", ...parents] = keys.toReversed()
  let inner = patch
  for (const key of parents.toReversed()) {
    const next = Object.hasOwn(inner, key) ? inner[key] : undefined
    const child: JsonObject = isObject(next) ? next : {}
    defineMember(inner, key, child)
    inner = child
  }
  defineMember(inner, last, value)
}

/** Sets a member; `__proto__` becomes one like any other, which the manager then refuses. */
const defineMember = (object: JsonObject, key: string, value: unknown) =>
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })

const holdsPrivateKey = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  Object.entries(value).some(([key, inner]) => key === "privateKey" || holdsPrivateKey(inner))

/** A difference between two documents; undefined: the member does not exist. */
export interface Difference {
  path: string
  before: unknown
  after: unknown
}

/**
 * Lists the differences between two documents, member by member; lists are compared whole. Private keys are not
 * compared, since the API never returns them.
 */
export function differences(before: unknown, after: unknown, path: readonly string[] = []): Difference[] {
  if (path.at(-1) === "privateKey") return []
  if (isObject(before) && isObject(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      differences(memberAt(before, [key]), memberAt(after, [key]), [...path, key]),
    )
  return JSON.stringify(withoutPrivateKeys(before)) === JSON.stringify(withoutPrivateKeys(after))
    ? []
    : [{ path: pathText(path) || "(root)", before: withoutPrivateKeys(before), after: withoutPrivateKeys(after) }]
}

/** Copies a value without private keys. */
export function withoutPrivateKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrivateKeys)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (key === "privateKey" ? [] : [[key, withoutPrivateKeys(inner)]])),
  )
}
