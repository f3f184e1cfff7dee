import type { Json } from "@alienplatform/core"
import type { Attributes, Operation, Props, Waiting } from "./node-type.ts"

/** due = needs a call to get on. */
export type RowStatus = "due" | "changing" | "settled" | "waiting" | "parked"

export type Verb = "create" | "update" | "delete"

/** A mutating call. It is saved, open, before it is made; only its own answer closes it. */
export interface Call {
  verb: Verb
  token: string
  /** When it was saved, ms since the epoch; 0 when nothing of it is on its way any more. */
  at: number
  open: boolean
  /** The cloud answered that the name is taken: the call stays open, and the next reading tells by whom. */
  collided?: boolean
  /** An earlier call with the same token was never answered: what is there may come from it. */
  repeated?: boolean
  /** What stood in the row before: it holds again when the call is refused. */
  previous: Pick<ObjectRow, "props" | "parts" | "dependencies" | "created">
}

/** Why a row has its status. */
export interface Reason {
  code: string
  message: string
  on?: Waiting["on"] | "provider" | "us"
  expected?: Json
  observed?: Json
  fix?: string
}

/** What a component contributed to a shared object, as last sent. */
export interface SentPart {
  /** null: never accepted. */
  props: Json
  /** Objects that this part refers to. */
  dependencies: string[]
  /** Hash of the part's props that were refused; the part is left out until they change. */
  parked?: string | undefined
  why?: Reason | undefined
}

/** One row per object in the cloud: one incarnation of a node. */
export interface ObjectRow {
  /** `obj_…`, our own key. */
  object: string
  node: string
  incarnation: number
  type: string
  name: string
  /** Hash of the props whose change replaces; the not-doomed row with today's hash is the wanted one. */
  of: string
  /** The full address in the cloud; absent until known. */
  id: string | null
  /** Last sent, secrets as keyed hashes. */
  props: Props | null
  attributes: Attributes
  /** Objects that must outlive this one. */
  dependencies: string[]
  parts: Record<string, SentPart>
  /** Keys of entries in our object that somebody else made. */
  unmanaged: string[]
  call: Call | null
  /** When a create was last made, and whether one may still land that we have no address of. */
  created: { at: number; uncertain: boolean } | null
  operation: Operation | null
  status: RowStatus
  why: Reason | null
  /** Hash of the props that were refused for good. */
  parked: string | null
  doomed: boolean
  /** A second object with the mark of another row's; known by its address only. */
  twin: boolean
  /** Not deleted before this time. */
  retireAt: number | null
  /** Failures in a row; sets the backoff. */
  tries: number
  /** The same difference after how many answered updates. */
  repeated: { difference: string; updates: number } | null
  /** A place in a rate limit that was given to the next call. */
  reservedAt: number | null
  /** Absent: waits for other rows only. */
  nextReadAt: number | null
}
