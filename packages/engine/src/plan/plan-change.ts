import { isSealed, isUnknown } from "../declare/sent.ts"

export interface PlanChange {
  /** The prop, and of a list what differs of it: `command[2]`. */
  field: string
  /** The old value as text; absent for a secret and for a value that cannot be read. */
  from?: string
  to?: string
}

/** Characters of a value that are shown. */
const MAX_LENGTH = 120

/** Characters before the first difference of long values that are shown. */
const LEAD_LENGTH = 20

/**
 * The changes of a prop, for people: of lists of one length the elements that differ, of long texts the part that
 * differs, and of hashes the first twelve digits. What only the run will know is `(after X)`, a secret is `(secret)`.
 * @param known false: the old value cannot be read, and is left out
 */
export function planChanges(field: string, from: unknown, to: unknown, known = true): PlanChange[] {
  if (!known) return [{ field, to: cut(valueText(to), 0) }]
  if (!Array.isArray(from) || !Array.isArray(to) || from.length !== to.length || from.length < 2)
    return [changeOf(field, from, to)]
  const elements = from.flatMap((old: unknown, index) =>
    valueText(old) === valueText(to[index]) ? [] : [changeOf(`${field}[${index}]`, old, to[index])],
  )
  return elements.length > 0 ? elements : [changeOf(field, from, to)]
}

function changeOf(field: string, from: unknown, to: unknown): PlanChange {
  const [old, wanted] = [valueText(from), valueText(to)]
  const isLong = Math.max(old.length, wanted.length) > MAX_LENGTH
  const start = isLong && old !== wanted ? Math.max(0, firstDifference(old, wanted) - LEAD_LENGTH) : 0
  return { field, from: cut(old, start), to: cut(wanted, start) }
}

function firstDifference(one: string, other: string): number {
  let index = 0
  while (index < one.length && one[index] === other[index]) index++
  return index
}

function cut(text: string, start: number): string {
  const shown = text.slice(start, start + MAX_LENGTH)
  return `${start > 0 ? "…" : ""}${shown}${start + MAX_LENGTH < text.length ? "…" : ""}`
}

function valueText(value: unknown): string {
  if (value === undefined) return "(none)"
  if (isUnknown(value)) return `(after ${value.$after})`
  if (isSealed(value)) return "(secret)"
  return JSON.stringify(value, (_, member: unknown) =>
    isUnknown(member) ? `(after ${member.$after})` : isSealed(member) ? "(secret)" : member,
  ).replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1…")
}
