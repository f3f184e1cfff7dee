import type { AnyNodeType, Owner, Reading } from "./node-type.ts"
import { traitsOf } from "./props.ts"
import type { ObjectRow } from "./row.ts"

export interface Identity {
  installation: string
  deployment: string
}

export const ownerOf = (
  row: Pick<ObjectRow, "node" | "incarnation">,
  { installation, deployment }: Identity,
): Owner => ({
  installation,
  deployment,
  node: row.node,
  incarnation: row.incarnation,
})

/** unmarked: ours, but the mark is missing and has to be written again. */
export type Ownership = "ours" | "unmarked" | "foreign"

/**
 * Whose object was read? The mark decides where there is one; another owner's always refuses. Without a mark it is ours
 * by our recorded address, by an open create of a type that is marked later, or, for types that carry no mark, as its
 * parent's: under our own parent always, under a customer's by recorded address or our exact name.
 */
export function ownership(
  type: AnyNodeType,
  row: ObjectRow,
  reading: Reading,
  identity: Identity,
  parentIsOurs: boolean,
): Ownership {
  if (type.kind !== "object") return "ours"
  const mark = reading.owner
  const { marks = "create" } = traitsOf(type)
  if (mark) return sameOwner(mark, ownerOf(row, identity)) ? "ours" : "foreign"
  if (row.id !== null && row.id === reading.id) return marks === "never" ? "ours" : "unmarked"
  const opened = row.call?.verb === "create" && row.call.open && (!row.call.collided || row.call.repeated)
  if (marks === "later" && opened && namesUs(reading, row)) return "unmarked"
  if (marks === "never" && (parentIsOurs || (opened && namesUs(reading, row)))) return "ours"
  return "foreign"
}

/** The address ends in the exact name that we gave. */
const namesUs = (reading: Reading, row: ObjectRow) => reading.id === row.name || reading.id.endsWith(`/${row.name}`)

const sameOwner = (left: Owner, right: Owner) =>
  left.installation === right.installation &&
  left.deployment === right.deployment &&
  left.node === right.node &&
  left.incarnation === right.incarnation
