import { pathText } from "@alienplatform/core/error"

/** How many are told: one is enough to refuse a body, and a body of a megabyte has room for many. */
const MAX_TOLD = 20
/** How many steps of a path are told. */
const MAX_STEPS = 32

interface Member {
  value: unknown
  parent: Member | undefined
  key: PropertyKey
}

/**
 * Paths of the first members named `__proto__` anywhere in a body. The time it takes grows with the size of the body
 * alone, and it takes no more of the stack the deeper the body is.
 */
export function prototypeMembers(body: unknown): string[] {
  const found: string[] = []
  const left: Member[] = [{ value: body, parent: undefined, key: "" }]
  for (let at = left.pop(); at !== undefined && found.length < MAX_TOLD; at = left.pop()) {
    if (at.key === "__proto__") found.push(pathTo(at))
    for (const member of membersOf(at)) left.push(member)
  }
  return found
}

/** Last one first: what is pushed last is looked at next. */
function membersOf(parent: Member): Member[] {
  const { value } = parent
  if (typeof value !== "object" || value === null) return []
  const entries: [PropertyKey, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return entries.map(([key, inner]) => ({ value: inner, parent, key })).reverse()
}

/** From the whole body, or the end of it. */
function pathTo(member: Member): string {
  const steps: PropertyKey[] = []
  for (let at: Member | undefined = member; at?.parent !== undefined; at = at.parent) steps.push(at.key)
  const text = pathText(steps.slice(0, MAX_STEPS).reverse())
  return steps.length > MAX_STEPS ? `… ${text}` : text
}
