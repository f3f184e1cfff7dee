import { canonicalJson, hashOf, hmacHex, type Json } from "@alienplatform/core"
import type { AnyNodeType, NodeTraits, Props, Reading } from "./node-type.ts"
import type { ObjectRow } from "./row.ts"

/** The traits of any type; a lookup has none but `replaceOn` and `reads`. */
export const traitsOf = (type: AnyNodeType): NodeTraits<Props> =>
  type.kind === "object" ? type : { ...type, marks: "never" }

/** Absent = default. */
export const complete = (type: AnyNodeType, props: Props): Props => {
  const defaults = traitsOf(type).defaults
  const given = Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined))
  return { ...defaults, ...given }
}

/** Secrets become keyed hashes, so that props can be stored and compared. */
export const seal = (type: AnyNodeType, props: Props, key: Uint8Array): Props => {
  const secret = traitsOf(type).secret
  if (!secret?.length) return props
  return Object.fromEntries(
    Object.entries(props).map(([name, value]) =>
      secret.includes(name) ? [name, { $hmac: hmacHex(key, canonicalJson(value)) }] : [name, value],
    ),
  )
}

/** Two props with one hash here are served by one object. */
export const identityOf = (type: AnyNodeType, props: Props): string => {
  const { replaceOn } = traitsOf(type)
  if (!replaceOn) return "-"
  return hashOf(
    typeof replaceOn === "function" ? replaceOn(props) : replaceOn.map((name) => props[name] ?? null),
  ).slice(0, 32)
}

/** The key of an object whose name lies in its props; objects with one key cannot live side by side. */
export const keyOf = (type: AnyNodeType, props: Props): string | undefined => {
  const { fixedName, replaceOn } = traitsOf(type)
  if (!fixedName) return undefined
  const names = fixedName === true ? (Array.isArray(replaceOn) ? replaceOn : []) : fixedName
  return canonicalJson(names.map((name) => props[name] ?? null))
}

/** Does what was last sent equal what is wanted, `lazy` and `initial` props aside? */
export const sameSent = (type: AnyNodeType, sent: Props | null, wanted: Props): boolean => {
  if (!sent) return false
  const { lazy = [], initial = [], parts } = traitsOf(type)
  const ignored = new Set<string>([...lazy, ...initial, ...(parts ? [parts] : [])])
  return canonicalJson(without(sent, ignored)) === canonicalJson(without(wanted, ignored))
}

export interface Difference {
  field: string
  wanted: unknown
  found: unknown
}

export interface Differences {
  /** Worth a call. */
  fields: Difference[]
  /** Travel with a call, but cause none. */
  lazy: Difference[]
}

/**
 * What a reading lacks of what is wanted. A prop that the reading leaves out cannot be read back: what was last sent
 * stands for it, and counts as different while an update of it may not have arrived.
 */
export function differences(
  type: AnyNodeType,
  wanted: { props: Props; sealed: Props },
  row: Pick<ObjectRow, "props" | "call">,
  found: Reading["props"],
): Differences {
  const { initial = [], lazy = [], secret = [], parts } = traitsOf(type)
  const open = row.call?.open === true && row.call.verb === "update"
  const result: Differences = { fields: [], lazy: [] }
  for (const field of new Set([...Object.keys(wanted.props), ...Object.keys(found), ...Object.keys(row.props ?? {})])) {
    if (initial.includes(field) || field === parts) continue
    const unreadable = secret.includes(field) || !(field in found)
    const is = unreadable ? (open ? unsure : row.props?.[field]) : found[field]
    if (same(unreadable ? wanted.sealed[field] : wanted.props[field], is)) continue
    const difference = { field, wanted: wanted.sealed[field], found: unreadable ? undefined : is }
    if (lazy.includes(field)) result.lazy.push(difference)
    else result.fields.push(difference)
  }
  return result
}

/** What stands where an open call may or may not have arrived. */
const unsure = Symbol("unsure")

const same = (left: unknown, right: unknown) => right !== unsure && canonicalJson(left) === canonicalJson(right)

const without = (props: Props, names: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(props).filter(([name]) => !names.has(name)))

/** Entries of a shared object as a reading has them. */
export const entriesOf = (type: AnyNodeType, props: Reading["props"]): Record<string, Json> => {
  const { parts } = traitsOf(type)
  return parts ? ((props[parts] ?? {}) as Record<string, Json>) : {}
}

/** Did somebody else put this entry into our object? Ours were sent, and not refused. */
export const isForeign = (row: Pick<ObjectRow, "parts">, key: string): boolean =>
  (row.parts[key]?.props ?? null) === null
