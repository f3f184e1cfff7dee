import type { Json } from "@alienplatform/core"
import type { Operation } from "../declare/node-type.ts"
import type { Attributes, Props, Waiting } from "../declare/reading.ts"

export type Verb = "create" | "update" | "delete"

/** Why a row has its state. */
export interface Reason {
  code: string
  message: string
  /** As `Waiting` has it: it sets the schedule alone. Who has to act follows from the code. */
  on?: Waiting["on"]
  expected?: Json
  observed?: Json
  fix?: string
}

/** Where a row stands. `broken` is an answer of the cloud, never a state of ours. */
export type RowState =
  /** Needs a call to get on, or waits for other rows. */
  | { status: "due"; why: Reason | null }
  /** Something is under way that ends by itself. */
  | { status: "changing"; why: Reason | null }
  | { status: "settled"; why: null }
  | { status: "waiting"; why: Reason }
  | { status: "parked"; why: Reason; refused: Refusal | null }

export type RowStatus = RowState["status"]

/** What was refused: it is read, not sent again, until the wanted props change or `retryAt` has come. */
export interface Refusal {
  /** Hash of what was wanted; `null` = whatever is wanted, as while it is deleted. */
  fingerprint: string | null
  /** When the same is tried once more, ms since the epoch; `null` = only other props or a retry help. */
  retryAt: number | null
}

/**
 * How one object needs another. identity: it is made for this very one, and has to be made anew when that is. use: it must
 * be outlived. name: it names it; that holds the named one only while the namer itself is wanted.
 */
export type Hold = "identity" | "use" | "name"

/** Objects that must outlive this one, by `object`. */
export type Dependencies = Record<string, Hold>

/** A mutating call. It is saved, open, before it is made; only its own answer, or a reading that shows what it made, closes it. */
export interface Call {
  verb: Verb
  token: string
  /** When it was saved, ms since the epoch; 0 when nothing of it is on its way any more. */
  at: number
  open: boolean
  /** The cloud answered that the name is taken: the next reading tells by whom. */
  collided?: boolean
  /** An earlier call with the same token was never answered: what is there may come from it. */
  repeated?: boolean
  /** What stood in the row before: it holds again when the call is refused. */
  previous: Pick<ObjectRow, "props" | "parts" | "dependencies" | "created">
}

/** What a component contributed to a shared object, as last sent. */
export interface SentPart {
  /** null: never accepted. */
  props: Json
  /** What a call tried to put there, as long as no reading has shown what came of it. */
  attempted?: Json | undefined
  /** A call took it out; it is not put back for what becomes of its next home meanwhile. */
  leaving?: true | undefined
  /** Objects that this part refers to. */
  dependencies: Dependencies
  /** Hash of the part's props that were refused; the part is left out until they change. */
  parked?: string | undefined
  /** Why it is not there as wanted. */
  why?: Reason | undefined
}

/** A place in rate limits: when the call may start, and when the place was given, ms since the epoch. */
export interface Reserved {
  at: number
  since: number
}

/** Props that somebody else changed, as a reading found them. */
export interface Drift {
  /** ms since the epoch */
  at: number
  /** Values as text, at most 200 characters, without secrets; absent where there was none to see. */
  fields: { field: string; expected?: string; observed?: string }[]
}

/** One row per object in the cloud: one incarnation of a node. */
export interface ObjectRow {
  /** How the row is written; see `upgrade.ts`. */
  format: 2
  /** `obj_…`, our own key. */
  object: string
  node: string
  incarnation: number
  type: string
  name: string
  /** Hash of the type and of the props whose change replaces; the not-doomed row with today's hash is the wanted one. */
  of: string
  /** The full address in the cloud; absent until known, never overwritten. */
  id: string | null
  /** Last sent, secrets sealed. */
  props: Props | null
  attributes: Attributes
  dependencies: Dependencies
  parts: Record<string, SentPart>
  /** Keys of entries in our object that somebody else made. */
  unmanaged: string[]
  call: Call | null
  /** When a create was last made, and whether one may still land that we have no address of. */
  created: { at: number; uncertain: boolean } | null
  operation: { value: Operation; since: number } | null
  state: RowState
  /** It has been settled once: names answer with it until a successor has been. */
  served: boolean
  doomed: boolean
  /** It has lost its mark, which cannot be written again; ours by its address alone. Told once. */
  markLost?: boolean
  /** A second object with the mark of another row's; known by its address only. */
  twin: boolean
  /** Not deleted before this time. */
  retireAt: number | null
  /** Failures or unchanged looks in a row; sets the backoff. */
  tries: number
  /** The same wanted fields after how many answered updates. */
  repeated: { difference: string; updates: number } | null
  /** Answered deletes after which it was still there. */
  deletes: number
  drift: Drift | null
  /** Until when a call waits for parts that are on their way. */
  gatherUntil: number | null
  /** Until when a delete that waits for a place lets others go first. */
  yieldsUntil: number | null
  /** The next call's place in its rate limits. */
  reserved: Reserved | null
  /** Absent: waits for other rows only. */
  nextReadAt: number | null
}
