import type { Json } from "@alienplatform/core"
import type { Permissions } from "./permissions.ts"
import type { Owner, Reading } from "./reading.ts"
import type { Sent } from "./sent.ts"
import type { CallTraits, ObjectTraits, UpdateTraits } from "./traits.ts"

/** What the cloud returned to find the end of an asynchronous call; stored, so plain JSON. */
export type Operation = Json

/** unknown: the operation failed and may have changed something; the next reading decides. */
export type Polled = "running" | "done" | { failed: unknown; outcome: "refused" | "unknown" }

/** `id` is preferred over `props`. Without `id`, find the object by `owner` (its mark), by `name` or by its key in `props`. */
export interface ReadArgs<P> {
  id?: string | undefined
  /** As wanted, or as last sent where nothing is wanted any more. */
  props: Sent<P>
  /** The name that we gave or would give it. */
  name: string
  owner: Owner
  /** Aborted when nobody waits for the answer any more. */
  signal?: AbortSignal | undefined
}

/** The same of something that is only read; it has no address that is recorded. */
export interface LookupArgs<P> extends Omit<ReadArgs<P>, "id" | "props"> {
  props: P
}

export interface CreateArgs<P> {
  props: P
  name: string
  owner: Owner
  /** The same while a create stays unanswered, for clouds that take an idempotency token. */
  token: string
  signal?: AbortSignal | undefined
}

export interface UpdateArgs<P, A> {
  id: string
  /** Everything that is wanted, entries of others in a shared prop included. */
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
  /** As last sent. */
  props: Sent<P>
  observed: Reading<P, A>
  token: string
  signal?: AbortSignal | undefined
}

/** What a verb has to say beside that it succeeded; most say nothing. */
export interface Answer<P = never, A = never> {
  id?: string | undefined
  operation?: Operation | undefined
  /** What a read would answer now; saves the read. `null` after a delete: it is gone. */
  reading?: Reading<P, A> | null | undefined
}

// biome-ignore lint/suspicious/noConfusingVoidType: a verb with nothing to say returns nothing.
type Answered<P, A> = Promise<Answer<P, A> | undefined | void>

interface Polls<C> {
  /** Ends an asynchronous call. It may block for minutes where the cloud offers a wait, and never throws for an operation that failed. */
  poll?(args: { operation: Operation; signal?: AbortSignal | undefined } & C): Promise<Polled>
}

interface Named {
  /** `cloud.service.Object`. */
  type: string
  permissions: Permissions
}

/** An object that we make: four verbs and no waiting. */
export interface ObjectType<P extends object, A extends object, C> extends ObjectTraits<P, A, C>, Named, Polls<C> {
  kind: "object"
  read(args: ReadArgs<P> & C): Promise<Reading<P, A> | undefined>
  create(args: CreateArgs<P> & C): Answered<P, A>
  /** Absent: it cannot be changed in place; every prop then is part of the identity or in `replaceOn`, `initial` or `lazy`. */
  update?(args: UpdateArgs<P, A> & C): Answered<P, A>
  delete(args: DeleteArgs<P, A> & C): Answered<P, A>
  /** Takes our mark off and leaves the object to whoever runs it now. Absent: the mark stays. */
  unmark?(args: DeleteArgs<P, A> & C): Promise<unknown>
}

/**
 * Something that may be on already, and that is not ours when it is: an API, a provider's registration. Made where it is
 * missing, without a mark, and never deleted.
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

/** A shared object of the customer's, of which single entries are ours: parts are put in and taken out, nothing else is written. */
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
 * Something that is only read: an object of the customer's (`lookup`), or a probe on which the switch to a new version
 * depends (`gate`; once passed it is not asked again for the same props).
 */
export interface LookupType<P extends object, A extends object, C> extends Pick<CallTraits<P, C>, "reads">, Named {
  kind: "lookup" | "gate"
  /** Asked only when every prop is known. Nothing found: say what to do with `{waiting: …}` and an id of your own, or return nothing (`not_found`). */
  read(args: LookupArgs<P> & C): Promise<Reading<P, A> | undefined>
}

/** A type that calls change something through. */
// biome-ignore lint/suspicious/noExplicitAny: a heterogeneous list of node types; the engine hands each its own props.
export type CalledType<C = any> = ObjectType<any, any, C> | EnsureType<any, any, C> | BorrowedType<any, any, C>

// biome-ignore lint/suspicious/noExplicitAny: as above.
export type AnyNodeType<C = any> = CalledType<C> | LookupType<any, any, C>

/** Is anything ever called through it? Lookups and gates are only read. */
export const isCalled = (type: AnyNodeType): type is CalledType => type.kind !== "lookup" && type.kind !== "gate"
