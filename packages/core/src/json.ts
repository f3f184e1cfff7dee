import { createHash, createHmac } from "node:crypto"

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined }

/** JSON with sorted keys and without `undefined` members: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
    return `{${members.join(",")}}`
  }
  return JSON.stringify(value ?? null)
}

export const sha256Hex = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex")

/** SHA-256 over the canonical JSON, 64 hex characters. */
export const hashOf = (value: unknown): string => sha256Hex(canonicalJson(value))

/** Keyed hash for values that must not be stored in the clear. */
export const hmacHex = (key: Uint8Array, data: string): string => createHmac("sha256", key).update(data).digest("hex")
