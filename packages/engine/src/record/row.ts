import type { Json } from "@alienplatform/core"
import type { Operation } from "../declare/node-type.ts"
import type { Attributes, Props, Waiting } from "../declare/reading.ts"

export type Verb = "create" | "update" | "delete"

/** Why a row has its state: a stable code and a message for people. */
export interface Reason {
  code: string
  message: string
  /**
   * What is waited for, as in `Waiting`: sets only how often the object is read. Who must act follows from the code.
   */
  on?: Waiting["on"]
  expected?: Json
  observed?: Json
  fix?: string
}

/** The state of a row. `broken` is an answer of the cloud, never a state of a row. */
export type RowState =
  /** due: needs a call, or waits for other rows. */
  | { status: "due"; why: Reason | null }
  /** changing: something is under way that ends by itself. */
  | { status: "changing"; why: Reason | null }
  | { status: "settled"; why: null }
  | { status: "waiting"; why: Reason }
  | { status: "parked"; why: Reason; refused: Refusal | null }

export type RowStatus = RowState["status"]

/**
 * A refused call: the object is read, but the call not repeated until the wanted props change or `retryAt` has come.
 */
export interface Refusal {
  /** Hash of the wanted props; `null`: whatever is wanted, as during a deletion. */
  fingerprint: string | null
  /** When the same call is made again, ms since the epoch; `null`: only other props or a retry help. */
  retryAt: number | null
}

/**
 * How one object depends on another. identity: it is made for that very object and must be replaced with it. use: that
 * object must outlive it. name: it names that object, and keeps it only while it is wanted itself.
 */
export type Hold = "identity" | "use" | "name"

/** How a row depends on other objects, by their `object` key; these must outlive it. */
export type Dependencies = Record<string, Hold>

/**
 * A mutating call. It is stored as open before it is made; only its own answer, or a reading that shows what it made,
 * closes it.
 */
export interface Call {
  verb: Verb
  token: string
  /** When the call was stored, ms since the epoch; 0 when no request is under way any more. */
  at: number
  open: boolean
  /** The cloud answered that the name is taken; the next reading tells by whom. */
  collided?: boolean
  /** An earlier call with the same token was never answered: an object may come from it. */
  repeated?: boolean
  /** What the row held before the call, restored when the call is refused. */
  previous: Pick<ObjectRow, "props" | "parts" | "dependencies" | "created">
}

/** A part of a shared object, as last sent. */
export interface SentPart {
  /** Props of the part as the cloud last accepted them; null: never accepted. */
  props: Json
  /** Props that a call tried to set, until a reading shows what came of it. */
  attempted?: Json | undefined
  /** A call removed the entry; it is not added again, even if the node that takes it over fails. */
  leaving?: true | undefined
  /** Objects that this part depends on. */
  dependencies: Dependencies
  /** Hash of the part's props that were refused; the part is left out until they change. */
  parked?: string | undefined
  /** Why the part is not as wanted. */
  why?: Reason | undefined
}

/** A reserved place in rate limits: when the call may start and when the place was given, both ms since the epoch. */
export interface Reserved {
  at: number
  since: number
}

/** Props that somebody else changed, as a reading found them. */
export interface Drift {
  /** When the drift was found, ms since the epoch. */
  at: number
  /** The changed props, with values as text of at most 200 characters; secret and missing values are left out. */
  fields: { field: string; expected?: string; observed?: string }[]
}

/** One row per object in the cloud: one incarnation of a node. */
export interface ObjectRow {
  /** Format in which the row is stored; `upgrade.ts` reads older ones. */
  format: 2
  /** Key of the row, `obj_…`. */
  object: string
  node: string
  incarnation: number
  type: string
  name: string
  /** Hash of the type and of the props whose change replaces; the not-doomed row with today's hash is the wanted one. */
  of: string
  /** Full address in the cloud; null until known, never overwritten. */
  id: string | null
  /** The props last sent, secrets sealed; null before the first call. */
  props: Props | null
  attributes: Attributes
  dependencies: Dependencies
  parts: Record<string, SentPart>
  /** Keys of entries in our object that others made. */
  unmanaged: string[]
  call: Call | null
  /** When a create was last called, and whether one of unknown address may still take effect. */
  created: { at: number; uncertain: boolean } | null
  operation: { value: Operation; since: number } | null
  state: RowState
  /** True once the object has been settled: names are answered with it until a successor is. */
  served: boolean
  doomed: boolean
  /** The object lost its mark, which cannot be written again; it stays ours by its address. Reported once. */
  markLost?: boolean
  /** A second object with the mark of another row's object; known by its address only. */
  twin: boolean
  /** Earliest time of the deletion, ms since the epoch; null: none is set. */
  retireAt: number | null
  /** Failures or unchanged readings in a row; sets the backoff. */
  tries: number
  /** Answered updates in a row after which the same wanted fields still differed. */
  repeated: { difference: string; updates: number } | null
  /** Answered deletes after which the object was still found. */
  deletes: number
  drift: Drift | null
  /** How long a call waits for parts under way, ms since the epoch. */
  gatherUntil: number | null
  /** How long a delete that waits for a place lets other calls go first, ms since the epoch. */
  yieldsUntil: number | null
  /** The place that the next call has in its rate limits. */
  reserved: Reserved | null
  /** When to read the object next, ms since the epoch; null: it waits for other rows only. */
  nextReadAt: number | null
}
