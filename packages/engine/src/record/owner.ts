import { hashOf } from "@alienplatform/core"
import type { AnyNodeType } from "../declare/node-type.ts"
import type { Owner, Reading } from "../declare/reading.ts"
import { traitsOf } from "../declare/traits-of.ts"
import type { ObjectRow } from "./row.ts"

export interface InstalledAs {
  /** Id of the installation, `ins_…`. */
  installation: string
  /** Id of the deployment, `dep_…`. */
  deployment: string
}

/** Longest node id that a mark carries in full, in characters; tags and labels of clouds take no more. */
const MAX_NODE = 63

/** The node's name in marks: a long id is cut and carries 8 hex of the whole. */
export const markedNode = (node: string): string =>
  node.length <= MAX_NODE ? node : `${node.slice(0, MAX_NODE - 9)}-${hashOf(node).slice(0, 8)}`

export const ownerOf = (
  { node, incarnation }: Pick<ObjectRow, "node" | "incarnation">,
  { installation, deployment }: InstalledAs,
): Owner => ({ installation, deployment, node: markedNode(node), incarnation })

/** Whose an object is. unmarked: ours, but the mark is missing and must be written. */
export type Ownership = "ours" | "unmarked" | "foreign"

/**
 * Tells whose object was read. A mark decides where there is one; another owner's always refuses. Without a mark the
 * object is ours by its recorded address, by an open create of a type that is marked later, or, for types without
 * marks, as its parent's: always under our own parent, under a customer's only by recorded address or our exact name.
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

/** Is the address our exact name, or does it end in it? */
const hasOurName = (reading: Reading, row: ObjectRow) => reading.id === row.name || reading.id.endsWith(`/${row.name}`)

export const sameOwner = (left: Owner, right: Owner): boolean =>
  left.installation === right.installation &&
  left.deployment === right.deployment &&
  markedNode(left.node) === markedNode(right.node) &&
  left.incarnation === right.incarnation
