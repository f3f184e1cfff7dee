import { canonicalJson, hashOf, type Json } from "@alienplatform/core"
import type { AnyNodeType } from "../declare/node-type.ts"
import type { Owner, Props, Reading } from "../declare/reading.ts"
import { isSealed } from "../declare/sent.ts"
import { traitsOf } from "../declare/traits-of.ts"
import { type InstalledAs, sameOwner } from "../record/owner.ts"
import type { ObjectRow } from "../record/row.ts"
import { isRecord, seal } from "../record/seal.ts"

/** One prop, one member of a secret map, or one entry of a shared prop that is not as wanted. */
export interface Difference {
  /** `prop`, `secretProp.member` or `parts.key`. */
  field: string
  /** The wanted value; a secret is sealed. */
  wanted: unknown
  /** The value that was read; absent where the cloud does not return it. */
  found: unknown
}

export interface Differences {
  /** Differences that cause an update. */
  fields: Difference[]
  /** Differences in `lazy` props: sent with the next update, but they cause none. */
  lazy: Difference[]
}

/** Stands for a recorded value that an open update may or may not have replaced; it differs from everything. */
const unsure = Symbol("unsure")

/**
 * Compares a reading with the wanted props, parts aside. For a prop that the cloud does not return, the value last sent
 * is compared; it counts as different while an update of it may not have arrived, or when a create found an existing
 * object.
 */
export function differences(
  type: AnyNodeType,
  wanted: Props,
  row: Pick<ObjectRow, "props" | "call">,
  reading: Reading["props"],
  secretKey: Uint8Array,
): Differences {
  const { initial, lazy, secret, parts } = traitsOf(type)
  const open = row.call?.open === true && (row.call.verb === "update" || row.call.collided === true)
  const found = seal(type, reading, secretKey)
  const result: Differences = { fields: [], lazy: [] }
  for (const name of new Set([...Object.keys(wanted), ...Object.keys(found), ...Object.keys(row.props ?? {})])) {
    if (initial.has(name) || name === parts) continue
    const readable = name in found
    const is = readable ? found[name] : open ? unsure : row.props?.[name]
    const into = lazy.has(name) ? result.lazy : result.fields
    for (const one of secret.has(name) ? compareMembers(name, wanted[name], is) : compare(name, wanted[name], is))
      into.push(readable || one.found === undefined ? one : { ...one, found: undefined })
  }
  return result
}

const compare = (field: string, wanted: unknown, found: unknown): Difference[] =>
  found !== unsure && canonicalJson((wanted ?? null) as Json) === canonicalJson((found ?? null) as Json)
    ? []
    : [{ field, wanted, found: found === unsure ? undefined : found }]

/** Compares a secret map member by member, so that a difference names the member and shows no value. */
function compareMembers(name: string, wanted: unknown, found: unknown): Difference[] {
  if (!isRecord(wanted) || !isRecord(found) || "$sealed" in wanted || "$sealed" in found)
    return compare(name, wanted, found)
  return [...new Set([...Object.keys(wanted), ...Object.keys(found)])].flatMap((member) =>
    compare(`${name}.${member}`, wanted[member], found[member]),
  )
}

/** A short hash of a set of wanted fields, to recognise that the same update was sent before. */
export const differenceKey = (fields: readonly Difference[]): string =>
  hashOf(fields.map(({ field, wanted }) => [field, (wanted ?? null) as Json])).slice(0, 16)

/** A value as text for people, cut to 200 characters; secrets are not shown. */
export const valueText = (value: unknown): string =>
  value === undefined
    ? "nothing"
    : JSON.stringify(value, (_, member: unknown) => (isSealed(member) ? "(secret)" : member)).slice(0, 200)

/** Entries of a shared object in a reading, by key. */
export const entriesOf = (type: AnyNodeType, props: Reading["props"]): Record<string, Json> => {
  const { parts } = traitsOf(type)
  return parts ? ((props[parts] ?? {}) as Record<string, Json>) : {}
}

/**
 * Was the entry made by somebody else? The reading's owner decides where it has one; otherwise an entry is ours if we
 * sent it or tried to.
 */
export function isForeignEntry(
  row: Pick<ObjectRow, "parts">,
  key: string,
  { entryOwners }: Pick<Reading, "entryOwners">,
  installed: InstalledAs,
): boolean {
  const owner: Owner | null | undefined = entryOwners?.[key]
  if (owner) return !sameOwner(owner, { ...owner, ...installed })
  const part = row.parts[key]
  return (part?.props ?? null) === null && part?.attempted === undefined
}
