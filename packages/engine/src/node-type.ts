import type { Json } from "@alienplatform/core"

/** Who made an object. Written into it by the create call, as tags, labels or a description. */
export interface Owner {
  installation: string
  deployment: string
  node: string
  /** 1 for the first object of a node; a replacement counts on. */
  incarnation: number
}

/** Somebody or something outside has to act; `on` sets how often we look again. */
export interface Waiting {
  /** person: every few minutes, no timeout. gate and cloud: like `changing`. */
  on: "person" | "gate" | "cloud"
  code: string
  message: string
  expected?: Json
  observed?: Json
  /** What that somebody has to do, in one sentence. */
  fix?: string
}

/** Will not end by itself. */
export interface Broken {
  code: string
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
  /** As the cloud has them. A prop that cannot be read back is left out; the engine then compares what was last sent. */
  props: { [K in keyof P]?: P[K] | undefined }
  attributes: A
  /** Absent when the object carries no mark. */
  owner?: Owner | undefined
  /** Without `id` in the question: further objects that carry the same mark. */
  twins?: readonly string[] | undefined
  /** etag or fingerprint, handed back with the next call as `observed.version`. */
  version?: string | undefined
  status: ObjectStatus
}

export type Props = Record<string, unknown>
export type Attributes = Record<string, unknown>
/** What the cloud returned to find the end of an asynchronous call; stored, so plain JSON. */
export type Operation = Json
export type Polled = "running" | "done" | { failed: unknown }

/** `id` is preferred over `props`. Without `id`, find the object by `owner` (its mark) or by `name`. */
export interface ReadArgs<P> {
  id?: string | undefined
  props: P
  /** The name the engine gave or would give: `{prefix}-{resource}-{role}[-{incarnation}]`. */
  name: string
  owner: Owner
}
export interface CreateArgs<P> {
  props: P
  name: string
  owner: Owner
  /** The same while one create stays unanswered; for clouds that take an idempotency token. */
  token: string
  /** Aborted when the engine stops waiting for the answer. */
  signal?: AbortSignal | undefined
}
export interface UpdateArgs<P, A> {
  id: string
  props: P
  name: string
  /** Write the mark again where the cloud lets it be lost. */
  owner: Owner
  observed: Reading<P, A>
  token: string
  signal?: AbortSignal | undefined
}
export interface DeleteArgs<P, A> {
  id: string
  /** As last sent. */
  props: P
  observed: Reading<P, A>
  token: string
  signal?: AbortSignal | undefined
}
export interface Answer {
  id?: string | undefined
  operation?: Operation | undefined
}

/** The cloud actions that each verb needs; the source of the least-privilege policy. */
export interface Permissions {
  read: readonly string[]
  create?: readonly string[]
  update?: readonly string[]
  delete?: readonly string[]
}

/** All of it optional: what the engine has to know beside the verbs. */
export interface NodeTraits<P> {
  /** Props whose change makes a new object, as names or as a function to a key. Default: none. */
  replaceOn?: readonly (keyof P & string)[] | ((props: P) => unknown)
  /** Attributes that follow from the name alone, so that two nodes may name each other. */
  predict?: (args: { name: string; props: Partial<P> }) => Attributes
  /** The cloud keeps names unique: a create may be repeated and finds itself. */
  named?: boolean
  /** The key lies in the props, so two incarnations with one key cannot live side by side. `true`: `replaceOn` is the key. */
  fixedName?: true | readonly (keyof P & string)[]
  /**
   * Where the mark goes. create (default): in the create call. later: only by a second call.
   * never: the object carries none and counts as its parent's, which the prop `parent` refers to.
   */
  marks?: "create" | "later" | "never"
  parent?: keyof P & string
  /** How long after a create a miss proves nothing, in milliseconds. Default 60,000. */
  visibleWithin?: number
  /** How long a replaced object is kept, in milliseconds, once nothing depends on it. Default 0. */
  retireAfter?: number
  /** Calls under the same key never overlap inside a deployment. */
  serialize?: (props: P) => string | undefined
  /** Names of the buckets that a mutating call takes from. */
  limits?: readonly string[]
  /** Set on create only; a difference later means nothing. */
  initial?: readonly (keyof P & string)[]
  /** Travel with the next update and cause none. */
  lazy?: readonly (keyof P & string)[]
  /** Stored and compared as a keyed hash only. */
  secret?: readonly (keyof P & string)[]
  /** What an absent prop means. */
  defaults?: Partial<P>
  /** The prop that holds, by key, the entries that several components contribute. */
  parts?: keyof P & string
  /** How long a call may take before its outcome is unknown, in milliseconds. Default 60,000. */
  callTimeout?: number
  /** When to read again while it changes, in milliseconds: the first wait, growing by half to the cap. Default {first: 1000, cap: 45000}. */
  reads?: { first: number; cap: number }
}

interface Identified {
  /** `cloud.service.Object`. */
  type: string
}

/** An object that we make: four verbs and no waiting. */
export interface ObjectType<P extends object, A extends object, C> extends NodeTraits<P>, Identified {
  kind: "object"
  permissions: Permissions
  read(args: ReadArgs<P> & C): Promise<Reading<P, A> | undefined>
  create(args: CreateArgs<P> & C): Promise<Answer | undefined>
  /** Absent: the type cannot be changed in place; every prop is then in `replaceOn`, `initial` or `lazy`. */
  update?(args: UpdateArgs<P, A> & C): Promise<Answer | undefined>
  delete(args: DeleteArgs<P, A> & C): Promise<Answer | undefined>
  /** failed: the call was refused with that error. done or gone: the engine reads. Never throws for a failed operation. */
  poll?(args: { operation: Operation } & C): Promise<Polled>
}

/** Something that is not ours, or a probe (`gate`): only ever read. */
export interface LookupType<P extends object, A extends object, C>
  extends Pick<NodeTraits<P>, "replaceOn" | "reads">,
    Identified {
  kind: "lookup" | "gate"
  permissions: Pick<Permissions, "read">
  /** Nothing found: say what to do with `{waiting: …}` and an id of your own, or return nothing (`not_found`). */
  read(args: ReadArgs<P> & C): Promise<Reading<P, A> | undefined>
}

// biome-ignore lint/suspicious/noExplicitAny: a heterogeneous list of node types; the engine hands each its own props.
export type AnyNodeType<C = any> = ObjectType<any, any, C> | LookupType<any, any, C>

/** Declares an object type. */
export const defineNode = <P extends object, A extends object, C>(
  definition: Omit<ObjectType<P, A, C>, "kind">,
): ObjectType<P, A, C> => ({ kind: "object", ...definition })

/** Declares something that is only read: a customer's certificate, VPC, key vault entry. */
export const defineLookup = <P extends object, A extends object, C>(
  definition: Omit<LookupType<P, A, C>, "kind">,
): LookupType<P, A, C> => ({ kind: "lookup", ...definition })

/** Declares a lookup whose read is a probe; the switch to a new version depends on it. */
export const defineGate = <P extends object, A extends object, C>(
  definition: Omit<LookupType<P, A, C>, "kind">,
): LookupType<P, A, C> => ({ kind: "gate", ...definition })
