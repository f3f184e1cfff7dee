import { canonicalJson, hashOf, hmacHex } from "@alienplatform/core"
import type { AnyNodeType } from "../declare/node-type.ts"
import type { Props } from "../declare/reading.ts"
import { isSealed, isUnknown, type Sealed } from "../declare/sent.ts"
import { traitsOf } from "../declare/traits-of.ts"

/** Replaces secrets by keyed hashes, so that props can be stored and compared; each member of a map by itself. */
export function seal(type: AnyNodeType, props: Props, key: Uint8Array): Props {
  const { secret } = traitsOf(type)
  if (secret.size === 0) return props
  return Object.fromEntries(
    Object.entries(props).map(([name, value]) => [name, secret.has(name) ? sealValue(key, name, value) : value]),
  )
}

function sealValue(key: Uint8Array, path: string, value: unknown): unknown {
  if (value === undefined || isSealed(value) || isUnknown(value)) return value
  if (!isRecord(value)) return { $sealed: hmacHex(key, canonicalJson([path, value])) } satisfies Sealed
  return Object.fromEntries(
    Object.entries(value).map(([member, one]) => [member, sealValue(key, `${path}.${member}`, one)]),
  )
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/**
 * Hash of the type and of the props whose change replaces the object: equal hashes are served by one object. `sealed`:
 * sealed props, completed with defaults.
 */
export const identityHash = (type: AnyNodeType, sealed: Props): string =>
  hashOf([type.type, traitsOf(type).replacing.map((name) => sealed[name] ?? null)]).slice(0, 32)

/** Completes props with the type's defaults; undefined counts as absent. */
export const completeProps = (type: AnyNodeType, props: Props): Props => ({
  ...traitsOf(type).defaults,
  ...Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)),
})
