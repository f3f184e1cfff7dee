import type { Json } from "@alienplatform/core"
import type { Code } from "@alienplatform/core/codes"

export type Props = Record<string, unknown>
export type Attributes = Record<string, unknown>

/** Who made an object. Written into it by the create call, as tags, labels or one line of a description. */
export interface Owner {
  installation: string
  deployment: string
  node: string
  /** 1 for the first object of a node; a replacement counts on. */
  incarnation: number
}

/** Somebody or something outside has to act; `on` sets how often the object is read meanwhile. */
export interface Waiting {
  /** person: minutes, growing to an hour, without a timeout. gate and cloud: like `changing`. */
  on: "person" | "gate" | "cloud"
  code: Code
  message: string
  expected?: Json
  observed?: Json
  /** What has to be done, in one sentence. */
  fix?: string
}

/** Will not end by itself. */
export interface Broken {
  code: Code
  message: string
  /** update: send the props again. recreate: make a new object and delete this one. none: only other props help. */
  heal: "update" | "recreate" | "none"
}

/** `changing` ends by itself. */
export type ObjectStatus = "settled" | "changing" | { waiting: Waiting } | { broken: Broken }

/** What the cloud answers about one object. */
export interface Reading<P = Props, A = Attributes> {
  /** The full address, parents included. */
  id: string
  /** As the cloud has them. A prop that cannot be read back is left out; what was last sent then stands for it. */
  props: { [K in keyof P]?: P[K] | undefined }
  attributes: A
  /** Absent when the object carries no mark. */
  owner?: Owner | undefined
  /** Owner of single entries of the prop that holds parts, by key; `null` = made by somebody who left no mark. */
  entryOwners?: Readonly<Record<string, Owner | null>> | undefined
  /** Further objects with the same mark. Looked for only where the question carries no `id`. */
  twins?: readonly string[] | undefined
  /** etag or fingerprint; comes back with the next call as `observed.version`. */
  version?: string | undefined
  /** The document as the cloud gave it. Never stored; comes back as `observed.raw`, so that a full PUT keeps what is not modelled. */
  raw?: unknown
  status: ObjectStatus
}
