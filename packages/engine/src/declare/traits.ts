import type { Attributes } from "./reading.ts"
import type { Sent } from "./sent.ts"

/** Where a deployment lies: account, Region and what else a platform's target has, by name. */
export type Target = Readonly<Record<string, string>>

/** How one object is told from another. Props named here replace the object when they change. */
export type Identity<P> =
  /** The cloud makes the id; the object is found by its mark. */
  | { by: "assigned" }
  /**
   * We name it and the cloud keeps names unique, so a create may be repeated and finds itself. `max` is the longest
   * name, in characters (default 63), `pattern` what a name looks like (default lower-case letters, digits and hyphens).
   */
  | { by: "name"; max?: number; pattern?: RegExp }
  /** The key lies in these props, so two objects of one key cannot live side by side. */
  | { by: "key"; of: readonly (keyof P & string)[] }
  /**
   * A child that carries no mark, in the parent that the prop `of` names, told from its siblings by `key`. `unique`: the
   * parent keeps keys unique, so a create may be repeated and two objects of one key cannot live side by side.
   */
  | { by: "parent"; of: keyof P & string; key: readonly (keyof P & string)[]; unique?: boolean }

/** A key of `serialize` that reaches beyond the deployment: held as a lease in the store. */
export interface SharedKey {
  shared: string
}

/** Traits of everything that is called: what the engine has to know of a service beside the verbs. */
export interface CallTraits<P, C> {
  /** How long a call may take before its outcome is unknown, in milliseconds. Default 25,000. */
  callTimeoutMs?: number
  /** How long `poll` may take, in milliseconds; minutes where the cloud offers a wait. Default 30,000. */
  pollTimeoutMs?: number
  /** An operation that runs for longer becomes a condition and holds no deletion up, in milliseconds. Default 30 minutes. */
  operationLimitMs?: number
  /** How long after our last create a miss proves nothing, and after an answered delete a hit, in milliseconds. Default 60,000. */
  visibleWithin?: number
  /** Calls under one key never overlap in a deployment, whatever their types; `{shared}` in an installation. */
  serialize?: (props: Sent<P>) => string | SharedKey | undefined
  /** Buckets that a mutating call takes a place from, `name` or `name/account/region`; `Platform.limits` defines the names. */
  limits?: (context: C) => readonly string[]
  /** When to read again while it changes, in milliseconds: the first wait, growing by half to the cap. Default {first: 1000, cap: 45000}. */
  reads?: { first: number; cap: number }
}

/** Traits of what is updated in place. */
export interface UpdateTraits<P> {
  /** The prop that holds, by key, the entries that several components contribute. */
  parts?: keyof P & string
  /** How long a call waits for parts that are on their way, so that one call carries them all, in milliseconds. Default 0. */
  gather?: number
  /** Travel with the next update and cause none. */
  lazy?: readonly (keyof P & string)[]
  /**
   * Never stored, printed or logged. Each value, and of a map each member, is sealed by itself; compared with what is
   * read where the cloud returns it, else with the seal of what was last sent.
   */
  secret?: readonly (keyof P & string)[]
  /** What an absent prop means. */
  defaults?: Partial<P>
  /** The service takes an update while an earlier one still rolls out. */
  updatesWhileChanging?: boolean
}

/** Traits of an object that is ours. */
export interface ObjectTraits<P, A, C> extends CallTraits<P, C>, UpdateTraits<P> {
  identity: Identity<P>
  /** Further props that cannot be changed in place: another value makes another object. */
  replaceOn?: readonly (keyof P & string)[]
  /** Set on create only; a difference later means nothing. */
  initial?: readonly (keyof P & string)[]
  /**
   * Where the mark goes. create (default): in the create call. later: only by a second call. never (default of children):
   * the object carries none and counts as its parent's.
   */
  mark?: "create" | "later" | "never"
  /** `false` (default without `update`): the mark cannot be written again; an object that lost it stays ours by its recorded address. */
  remark?: boolean
  /** Attributes that follow from names, so that two nodes may name each other. Props that are not known yet are left out. */
  predict?: (args: { name: string; props: Partial<P>; target: Target }) => Partial<A & Attributes>
  /** How long a replaced object is kept once nothing depends on it, in milliseconds. Default 0; a destroy does not wait for it. */
  retireAfter?: number | ((props: Sent<P>) => number)
  /** Its children go with it: they need no call of their own. */
  cascades?: boolean
  /** May stay for long after all that serves is gone, like a subnet whose network interfaces a service lets go of later; a destroy does not wait for it. */
  lingers?: boolean
}
