import type { Json } from "@alienplatform/core"
import type { DesiredNode } from "../declare/graph.ts"
import type { Props } from "../declare/reading.ts"
import type { Dependencies, ObjectRow, Reason } from "../record/row.ts"

/** One contribution, with every reference answered. */
export interface WantedPart {
  props: Json
  dependencies: Dependencies
}

/** What a node should be today, with every reference answered. */
export interface Wanted {
  /** Completed with defaults; parts merged in, other people's entries not. */
  props: Props
  /** The same with secrets sealed: what is stored. */
  sealed: Props
  dependencies: Dependencies
  /** Contributions that are ready, by key, refused ones included. */
  parts: Record<string, WantedPart>
  /** Why the others are not ready yet, by key. */
  partsBlockedBy: Record<string, string[]>
  /** Every key that is still desired, ready or not. */
  desiredParts: string[]
  /** Keys that are no longer desired here, but stay until another node serves them. */
  leavingParts: string[]
  /** Hash over all of it: a decision holds until it changes. */
  fingerprint: string
}

/** A node of today's graph against the rows. */
export interface Resolved {
  desired: DesiredNode
  /** Hash of the type and the replacing props, when they are known. */
  identityHash: string | undefined
  /** The not-doomed row with that hash. */
  row: ObjectRow | undefined
  /** Absent while a reference cannot be used; the node is then left as it is. */
  wanted: Wanted | undefined
  blockedBy: string[]
  /** Others may build on it: settled, with today's props. */
  usable: boolean
}

/** converge: make it as wanted. observe: leave it, and say why. delete: doomed. */
export type Goal =
  | { kind: "converge"; wanted: Wanted }
  | { kind: "observe"; why: Reason | null }
  | { kind: "delete"; detach: boolean }
