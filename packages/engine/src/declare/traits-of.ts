import { type AnyNodeType, isCalled, type ObjectType } from "./node-type.ts"
import type { Props } from "./reading.ts"
import type { CallTraits, Identity, UpdateTraits } from "./traits.ts"

/** The traits of a type of any kind, with every default filled in. Times in milliseconds. */
export interface CompleteTraits {
  /** How objects are identified; undefined for types whose objects are not ours. */
  identity: Identity<Props> | undefined
  /** Props whose change makes another object. */
  replacing: readonly string[]
  /** Props that form the identity, where two objects of one key cannot exist side by side. */
  key: readonly string[] | undefined
  /** True where the cloud or the parent keeps the identity unique, so that a repeated create finds the first object. */
  repeatable: boolean
  mark: "create" | "later" | "never"
  remark: boolean
  parts: string | undefined
  gatherMs: number
  lazy: ReadonlySet<string>
  initial: ReadonlySet<string>
  secret: ReadonlySet<string>
  defaults: Props
  updatesWhileChanging: boolean
  callTimeoutMs: number
  pollTimeoutMs: number
  operationLimitMs: number
  visibleWithinMs: number
  reads: { first: number; cap: number }
}

/** Smallest allowed read cap, in ms: a shorter one would keep a run alive that only waits. */
const MIN_CAP_MS = 31_000

const known = new WeakMap<AnyNodeType, CompleteTraits>()

export function traitsOf(type: AnyNodeType): CompleteTraits {
  const found = known.get(type)
  if (found) return found
  const traits = normalise(type)
  known.set(type, traits)
  return traits
}

function normalise(type: AnyNodeType): CompleteTraits {
  const object: Partial<ObjectType<Props, Props, unknown>> = type.kind === "object" ? type : {}
  const calls: Partial<CallTraits<Props, unknown> & UpdateTraits<Props>> = isCalled(type) ? type : {}
  const { identity } = object
  const { first = 1_000, cap = 45_000 } = type.reads ?? {}
  return {
    identity,
    replacing: [...identityProps(identity), ...(object.replaceOn ?? [])],
    key: identity && sideBySideKey(identity),
    repeatable: type.kind === "ensure" || (identity !== undefined && isRepeatable(identity)),
    mark: type.kind === "object" ? (object.mark ?? (identity?.by === "parent" ? "never" : "create")) : "never",
    remark: object.remark ?? object.update !== undefined,
    parts: calls.parts,
    gatherMs: calls.gather ?? 0,
    lazy: new Set(object.lazy),
    initial: new Set(object.initial),
    secret: new Set(object.secret),
    defaults: object.defaults ?? {},
    updatesWhileChanging: calls.updatesWhileChanging ?? false,
    callTimeoutMs: calls.callTimeoutMs ?? 25_000,
    pollTimeoutMs: calls.pollTimeoutMs ?? 30_000,
    operationLimitMs: calls.operationLimitMs ?? 30 * 60_000,
    visibleWithinMs: calls.visibleWithin ?? 60_000,
    reads: { first, cap: Math.max(cap, MIN_CAP_MS) },
  }
}

function identityProps(identity: Identity<Props> | undefined): readonly string[] {
  if (identity?.by === "key") return identity.of
  if (identity?.by === "parent") return [identity.of, ...identity.key]
  return []
}

const sideBySideKey = (identity: Identity<Props>): readonly string[] | undefined =>
  identity.by === "key" || (identity.by === "parent" && identity.unique) ? identityProps(identity) : undefined

const isRepeatable = (identity: Identity<Props>): boolean =>
  identity.by === "name" || sideBySideKey(identity) !== undefined
