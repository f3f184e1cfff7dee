import { hashOf } from "@alienplatform/core"
import type { AnyNodeType } from "../declare/node-type.ts"
import type { Owner, Reading } from "../declare/reading.ts"
import { traitsOf } from "../declare/traits-of.ts"
import type { ObjectRow } from "./row.ts"

export interface InstalledAs {
  /** `ins_…` */
  installation: string
  /** `dep_…` */
  deployment: string
}

/** The longest node id that a mark carries whole; tags and labels of clouds take no more than this. */
const MAX_NODE = 63

/** A node as marks name it: a long id is cut and carries 8 hex of the whole. */
export const markedNode = (node: string): string =>
  node.length <= MAX_NODE ? node : `${node.slice(0, MAX_NODE - 9)}-${hashOf(node).slice(0, 8)}`

export const ownerOf = (
  { node, incarnation }: Pick<ObjectRow, "node" | "incarnation">,
  { installation, deployment }: InstalledAs,
): Owner => ({ installation, deployment, node: markedNode(node), incarnation })

/** unmarked: ours, but the mark is missing and has to be written. */
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
  installed: InstalledAs,
  parentIsOurs: boolean,
): Ownership {
  if (type.kind !== "object") return "ours"
  const { mark, remark } = traitsOf(type)
  if (reading.owner) return sameOwner(reading.owner, ownerOf(row, installed)) ? "ours" : "foreign"
  if (row.id !== null && row.id === reading.id) return mark === "never" || !remark ? "ours" : "unmarked"
  const opened = row.call?.verb === "create" && row.call.open && (!row.call.collided || row.call.repeated === true)
  if (mark === "later" && opened && hasOurName(reading, row)) return "unmarked"
  if (mark === "never" && (parentIsOurs || (opened && hasOurName(reading, row)))) return "ours"
  return "foreign"
}

/** The address ends in the exact name that we gave. */
const hasOurName = (reading: Reading, row: ObjectRow) => reading.id === row.name || reading.id.endsWith(`/${row.name}`)

export const sameOwner = (left: Owner, right: Owner): boolean =>
  left.installation === right.installation &&
  left.deployment === right.deployment &&
  markedNode(left.node) === markedNode(right.node) &&
  left.incarnation === right.incarnation
