import { sha256Hex } from "./json.ts"

/** Lower-case base-32 without vowels that spell words and without look-alikes. */
const BASE32 = "abcdefghjkmnpqrstvwxyz0123456789"

/** Source of random bytes: cryptographic by default; tests pass their own. */
export type RandomBytes = (size: number) => Uint8Array

const systemBytes: RandomBytes = (size) => crypto.getRandomValues(new Uint8Array(size))

export const base32 = (length: number, random: RandomBytes = systemBytes): string =>
  Array.from(random(length), (byte) => BASE32[byte & 31]).join("")

export type IdKind = "dep" | "rel" | "ins" | "obj" | "tok"

/** Makes an id: the kind, `_` and 16 base-32 characters (80 random bits), for example `dep_…`. */
export const newId = (kind: IdKind, random?: RandomBytes): string => `${kind}_${base32(16, random)}`

/**
 * A random resource prefix: a letter and seven base-32 characters. It starts every name that we give to an object in a
 * cloud.
 */
export const newResourcePrefix = (random: RandomBytes = systemBytes): string => {
  const [first = 0] = random(1)
  return `${BASE32[first % 22]}${base32(7, random)}`
}

/** Cuts a name to `max` characters; a name that was cut carries 8 hex characters of the original. */
export const fitName = (name: string, max: number): string =>
  name.length <= max ? name : `${name.slice(0, max - 9).replace(/[-_.]+$/, "")}-${sha256Hex(name).slice(0, 8)}`

/**
 * A DNS label from any id: lower case, `_` becomes `-`, at most 63 characters. A label has no `-` at its ends, so an
 * id with one there loses it and carries 8 hex characters of the original.
 */
export const dnsLabel = (id: string): string => {
  const lower = id.toLowerCase().replaceAll("_", "-")
  const label = lower.replaceAll(/^-+|-+$/g, "")
  return label === lower ? fitName(label, 63) : fitName(`${label}-${sha256Hex(id).slice(0, 8)}`.replace(/^-/, ""), 63)
}
