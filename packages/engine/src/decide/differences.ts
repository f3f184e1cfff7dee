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
  /** Sealed where it is a secret. */
  wanted: unknown
  /** Absent where it cannot be read back. */
  found: unknown
}

export interface Differences {
  /** Worth a call. */
  fields: Difference[]
  /** Travel with a call, but cause none. */
  lazy: Difference[]
}

/** What stands where an open update may or may not have arrived, or where a create found something there already. */
const unsure = Symbol("unsure")

/**
 * What a reading lacks of what is wanted, parts aside. A prop that the reading leaves out cannot be read back: what was
 * last sent stands for it, and counts as different while an update of it may not have arrived, or when a create found the
 * object there already.
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

/** Secrets are named by member, so that nobody has to see the map to know what changed. */
function compareMembers(name: string, wanted: unknown, found: unknown): Difference[] {
  if (!isRecord(wanted) || !isRecord(found) || "$sealed" in wanted || "$sealed" in found)
    return compare(name, wanted, found)
  return [...new Set([...Object.keys(wanted), ...Object.keys(found)])].flatMap((member) =>
    compare(`${name}.${member}`, wanted[member], found[member]),
  )
}

/** Names a set of wanted fields, so that a repetition is recognised whatever is read back. */
export const differenceKey = (fields: readonly Difference[]): string =>
  hashOf(fields.map(({ field, wanted }) => [field, (wanted ?? null) as Json])).slice(0, 16)

/** A value for people, at most 200 characters; secrets are not shown. */
export const valueText = (value: unknown): string =>
  value === undefined
    ? "nothing"
    : JSON.stringify(value, (_, member: unknown) => (isSealed(member) ? "(secret)" : member)).slice(0, 200)

/** Entries of a shared object as a reading has them. */
export const entriesOf = (type: AnyNodeType, props: Reading["props"]): Record<string, Json> => {
  const { parts } = traitsOf(type)
  return parts ? ((props[parts] ?? {}) as Record<string, Json>) : {}
}

/** Whose an entry of our shared object is: the reading may know, else it is ours where we sent it or tried to. */
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
