import type { Json } from "@alienplatform/core"
import type { Permissions } from "./permissions.ts"
import type { Owner, Reading } from "./reading.ts"
import type { Sent } from "./sent.ts"
import type { CallTraits, ObjectTraits, UpdateTraits } from "./traits.ts"

/** What a cloud returned to identify an asynchronous operation. It is stored, so it must be plain JSON. */
export type Operation = Json

/**
 * The state of an asynchronous operation. A failure with outcome unknown may have changed something; the next reading
 * decides.
 */
export type Polled = "running" | "done" | { failed: unknown; outcome: "refused" | "unknown" }

/**
 * Arguments of `read`. With `id`, read that address; without it, find the object by `owner` (its mark), by `name` or by
 * its key in `props`.
 */
export interface ReadArgs<P> {
  id?: string | undefined
  /** The wanted props; those last sent where the object is no longer wanted. */
  props: Sent<P>
  /** The name that we gave the object, or would give it. */
  name: string
  owner: Owner
  /** Aborted when the caller has given up on the answer. */
  signal?: AbortSignal | undefined
}

/** Arguments of `read` of a lookup or gate: no `id`, because the address of what is only read is not recorded. */
export interface LookupArgs<P> extends Omit<ReadArgs<P>, "id" | "props"> {
  props: P
}

export interface CreateArgs<P> {
  props: P
  name: string
  owner: Owner
  /** Idempotency token; stays the same while a create is unanswered. */
  token: string
  signal?: AbortSignal | undefined
}

export interface UpdateArgs<P, A> {
  id: string
  /** All wanted props; a shared prop includes the entries of others. */
  props: P
  name: string
  owner: Owner
  observed: Reading<P, A>
  /** Props that differ, entries as `prop.key`; `owner` where the mark is missing. Where several calls are needed the first difference decides which. */
  changed: readonly string[]
  token: string
  signal?: AbortSignal | undefined
}

export interface DeleteArgs<P, A> {
  id: string
  /** The props last sent. */
  props: Sent<P>
  observed: Reading<P, A>
  token: string
  signal?: AbortSignal | undefined
}

/** What a mutating verb may return; most return nothing. */
export interface Answer<P = never, A = never> {
  id?: string | undefined
  operation?: Operation | undefined
  /** The object as a read would return it, which saves that read; `null` after a delete: the object is gone. */
  reading?: Reading<P, A> | null | undefined
}

// biome-ignore lint/suspicious/noConfusingVoidType: a verb with nothing to say returns nothing.
type Answered<P, A> = Promise<Answer<P, A> | undefined | void>

interface Polls<C> {
  /**
   * Asks how an asynchronous operation stands. May block for minutes where the cloud offers a wait; never throws for an
   * operation that failed.
   */
  poll?(args: { operation: Operation; signal?: AbortSignal | undefined } & C): Promise<Polled>
}

interface Named {
  /** Name of the type, `cloud.service.Object`. */
  type: string
  permissions: Permissions
}

/** The type of objects that we create: four verbs, none of which waits. */
export interface ObjectType<P extends object, A extends object, C> extends ObjectTraits<P, A, C>, Named, Polls<C> {
  kind: "object"
  read(args: ReadArgs<P> & C): Promise<Reading<P, A> | undefined>
  create(args: CreateArgs<P> & C): Answered<P, A>
  /**
   * Changes the object in place. Absent: it cannot be changed; every prop is then part of the identity or in
   * `replaceOn`, `initial` or `lazy`.
   */
  update?(args: UpdateArgs<P, A> & C): Answered<P, A>
  delete(args: DeleteArgs<P, A> & C): Answered<P, A>
  /** Removes our mark and leaves the object to whoever runs it now. Absent: the mark stays. */
  unmark?(args: DeleteArgs<P, A> & C): Promise<unknown>
}

/**
 * The type of something that may exist already and is then not ours, like an enabled API or a provider registration:
 * created where it is missing, without a mark, and never deleted.
 */
export interface EnsureType<P extends object, A extends object, C>
  extends Pick<
      CallTraits<P, C>,
      "callTimeoutMs" | "pollTimeoutMs" | "visibleWithin" | "serialize" | "limits" | "reads"
    >,
    Named,
    Polls<C> {
  kind: "ensure"
  read(args: ReadArgs<P> & C): Promise<Reading<P, A> | undefined>
  create(args: CreateArgs<P> & C): Answered<P, A>
}

/**
 * The type of a customer's shared object of which only single entries are ours: parts are added and removed, nothing
 * else is written.
 */
export interface BorrowedType<P extends object, A extends object, C>
  extends CallTraits<P, C>,
    Pick<UpdateTraits<P>, "gather" | "updatesWhileChanging">,
    Named,
    Polls<C> {
  kind: "borrowed"
  parts: keyof P & string
  read(args: ReadArgs<P> & C): Promise<Reading<P, A> | undefined>
  update(args: UpdateArgs<P, A> & C): Answered<P, A>
}

/**
 * The type of something that is only read: a customer's object (`lookup`), or a probe on which the switch to a new
 * version depends (`gate`; once passed it is not asked again for the same props).
 */
export interface LookupType<P extends object, A extends object, C> extends Pick<CallTraits<P, C>, "reads">, Named {
  kind: "lookup" | "gate"
  /**
   * Called only when every prop is known. Where nothing is found, return `{waiting: …}` with an id of your own to say
   * what to do, or nothing (`not_found`).
   */
  read(args: LookupArgs<P> & C): Promise<Reading<P, A> | undefined>
}

/** A node type with mutating verbs. */
// biome-ignore lint/suspicious/noExplicitAny: a heterogeneous list of node types; the engine hands each its own props.
export type CalledType<C = any> = ObjectType<any, any, C> | EnsureType<any, any, C> | BorrowedType<any, any, C>

// biome-ignore lint/suspicious/noExplicitAny: as above.
export type AnyNodeType<C = any> = CalledType<C> | LookupType<any, any, C>

/** Does the type have mutating verbs? Lookups and gates are only read. */
export const isCalled = (type: AnyNodeType): type is CalledType => type.kind !== "lookup" && type.kind !== "gate"
