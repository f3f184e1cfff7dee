import type { Json } from "@alienplatform/core"
import type { Code } from "@alienplatform/core/codes"

export type Props = Record<string, unknown>
export type Attributes = Record<string, unknown>

/** The mark of an object: who created it. Written by the create call, as tags, labels or a line of a description. */
export interface Owner {
  installation: string
  deployment: string
  node: string
  /** 1 for the first object of a node, one more for each replacement. */
  incarnation: number
}

/** A state in which somebody or something outside must act; `on` sets how often the object is read meanwhile. */
export interface Waiting {
  /** person: read after minutes, growing to an hour, without a timeout. gate, cloud: as often as `changing`. */
  on: "person" | "gate" | "cloud"
  code: Code
  message: string
  expected?: Json
  observed?: Json
  /** What must be done, in one sentence. */
  fix?: string
}

/** A state that does not end by itself. */
export interface Broken {
  code: Code
  message: string
  /** update: send the props again. recreate: make a new object and delete this one. none: only other props help. */
  heal: "update" | "recreate" | "none"
}

/** The state of an object as the cloud reports it. `changing` ends by itself. */
export type ObjectStatus = "settled" | "changing" | { waiting: Waiting } | { broken: Broken }

/** What the cloud answers about one object. */
export interface Reading<P = Props, A = Attributes> {
  /** Full address of the object, parents included. */
  id: string
  /**
   * Props as the cloud has them. A prop that cannot be read back is left out; the value last sent then stands for it.
   */
  props: { [K in keyof P]?: P[K] | undefined }
  attributes: A
  /** The object's mark; absent when it carries none. */
  owner?: Owner | undefined
  /** Owners of entries in the prop that holds parts, by key; `null`: the entry carries no mark. */
  entryOwners?: Readonly<Record<string, Owner | null>> | undefined
  /** Addresses of further objects with the same mark. Looked for only when `read` got no `id`. */
  twins?: readonly string[] | undefined
  /** Etag or fingerprint; passed to the next call as `observed.version`. */
  version?: string | undefined
  /**
   * The document as the cloud returned it. Never stored; passed to the next call as `observed.raw`, so that a full PUT
   * keeps what is not modelled.
   */
  raw?: unknown
  status: ObjectStatus
}
