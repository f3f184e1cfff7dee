import { canonicalJson, hashOf, hmacHex } from "@alienplatform/core"
import type { AnyNodeType } from "../declare/node-type.ts"
import type { Props } from "../declare/reading.ts"
import { isSealed, isUnknown, type Sealed } from "../declare/sent.ts"
import { traitsOf } from "../declare/traits-of.ts"

/** Secrets become keyed hashes, so that props can be stored and compared: of a map each member by itself. */
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

/** Two props with one hash here are served by one object; `sealed` props, defaults filled in. */
export const identityHash = (type: AnyNodeType, sealed: Props): string =>
  hashOf([type.type, traitsOf(type).replacing.map((name) => sealed[name] ?? null)]).slice(0, 32)

/** Absent = default. */
export const completeProps = (type: AnyNodeType, props: Props): Props => ({
  ...traitsOf(type).defaults,
  ...Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)),
})
