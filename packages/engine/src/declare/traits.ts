import type { Attributes } from "./reading.ts"
import type { Sent } from "./sent.ts"

/** Where a deployment is: account, Region and whatever else the platform's target has, by name. */
export type Target = Readonly<Record<string, string>>

/** How objects of a type are identified. A change of a prop named here replaces the object. */
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

/** A key of `serialize` that is shared by all deployments, held as a lease in the store. */
export interface SharedKey {
  shared: string
}

/** Traits of types with mutating verbs: what the engine must know of a service beside its verbs. */
export interface CallTraits<P, C> {
  /** How long a call may take before its outcome is unknown, in milliseconds. Default 25,000. */
  callTimeoutMs?: number
  /** How long `poll` may take, in milliseconds; minutes where the cloud offers a wait. Default 30,000. */
  pollTimeoutMs?: number
  /**
   * How long an operation may run before it is reported as a condition and no longer delays deletions, in milliseconds.
   * Default 30 minutes.
   */
  operationLimitMs?: number
  /**
   * How long reads may be stale, in milliseconds: after our last create a miss proves nothing, after an answered delete
   * a hit. Default 60,000.
   */
  visibleWithin?: number
  /** Calls under one key never overlap in a deployment, whatever their types; `{shared}` in an installation. */
  serialize?: (props: Sent<P>) => string | SharedKey | undefined
  /**
   * Rate-limit buckets that a mutating call counts in, `name` or `name/account/region`; `Platform.limits` defines the
   * names.
   */
  limits?: (context: C) => readonly string[]
  /**
   * Delays between reads of a changing object, in milliseconds: starts at `first` and grows by half up to `cap`.
   * Default {first: 1000, cap: 45000}.
   */
  reads?: { first: number; cap: number }
}

/** Traits of types that are updated in place. */
export interface UpdateTraits<P> {
  /** The prop that holds, by key, the entries that several components contribute. */
  parts?: keyof P & string
  /**
   * How long a call waits for parts that will be ready soon, so that one call carries them all, in milliseconds.
   * Default 0.
   */
  gather?: number
  /** Props that are sent with the next update but cause none. */
  lazy?: readonly (keyof P & string)[]
  /**
   * Secret props: never stored, printed or logged. Each value, and each member of a map, is sealed by itself. Compared
   * with what is read where the cloud returns it, else with the seal of the value last sent.
   */
  secret?: readonly (keyof P & string)[]
  /** Default values of absent props. */
  defaults?: Partial<P>
  /** The service takes an update while an earlier one still rolls out. */
  updatesWhileChanging?: boolean
}

/** Traits of objects that we create. */
export interface ObjectTraits<P, A, C> extends CallTraits<P, C>, UpdateTraits<P> {
  identity: Identity<P>
  /** Further props that cannot be changed in place: another value makes another object. */
  replaceOn?: readonly (keyof P & string)[]
  /** Props that are set on create only; later differences are ignored. */
  initial?: readonly (keyof P & string)[]
  /**
   * How the owner's mark is written. create (default): in the create call. later: by a second call. never (default of
   * children): the object carries none and counts as its parent's.
   */
  mark?: "create" | "later" | "never"
  /**
   * Whether the mark can be written again. `false` (the default without `update`): an object that lost its mark stays
   * ours by its recorded address.
   */
  remark?: boolean
  /**
   * Computes attributes that follow from names, so that two nodes may name each other. Unknown props are left out of
   * `props`.
   */
  predict?: (args: { name: string; props: Partial<P>; target: Target }) => Partial<A & Attributes>
  /** How long a replaced object is kept once nothing depends on it, in milliseconds. Default 0; a destroy does not wait for it. */
  retireAfter?: number | ((props: Sent<P>) => number)
  /** The cloud deletes the object's children with it: they need no delete call of their own. */
  cascades?: boolean
  /**
   * The object may remain long after everything that serves is gone, like a subnet whose network interfaces a service
   * releases late; a destroy does not wait for it.
   */
  lingers?: boolean
}
