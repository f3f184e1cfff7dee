import type { Json } from "@alienplatform/core"
import type { DesiredNode } from "../declare/graph.ts"
import type { Props } from "../declare/reading.ts"
import type { Dependencies, ObjectRow, Reason } from "../record/row.ts"

/** One part of a shared node, with every reference answered. */
export interface WantedPart {
  props: Json
  dependencies: Dependencies
}

/** Today's wanted props of a node, with every reference answered. */
export interface Wanted {
  /** Wanted props, completed with defaults; our parts are merged in, entries of others are not. */
  props: Props
  /** The wanted props with secrets sealed, as they are stored. */
  sealed: Props
  dependencies: Dependencies
  /** Parts that are ready, by key, refused ones included. */
  parts: Record<string, WantedPart>
  /** Nodes that each part waits for, by key of the part. */
  partsBlockedBy: Record<string, string[]>
  /** Keys of all desired parts, ready or not. */
  desiredParts: string[]
  /** Keys no longer desired on this node that stay until another node serves them. */
  leavingParts: string[]
  /** Hash over all wanted values; a refusal holds until it changes. */
  fingerprint: string
}

/** A node of the graph, compared with its rows. */
export interface Resolved {
  desired: DesiredNode
  /** Hash of the type and of the props whose change replaces the object; undefined until these are known. */
  identityHash: string | undefined
  /** The row of the wanted object, if there is one: not doomed, with the same identity hash. */
  row: ObjectRow | undefined
  /** Wanted props; undefined while a reference cannot be answered, and the object is left as it is. */
  wanted: Wanted | undefined
  blockedBy: string[]
  /** Other nodes may use the object: settled, with today's props. */
  usable: boolean
}

/**
 * What is to become of a row. converge: make the object as wanted. observe: leave it as it is, for the reason `why`.
 * delete: delete or detach it.
 */
export type Goal =
  | { kind: "converge"; wanted: Wanted }
  | { kind: "observe"; why: Reason | null }
  | { kind: "delete"; detach: boolean }
