import { KeyObject, type webcrypto } from "node:crypto"

export const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const
export const SIGNING_ALGORITHM = { name: "ECDSA", hash: "SHA-256" } as const

/** ms before now that a certificate becomes valid, for clients whose clock is late. */
export const BACKDATE_MS = 5 * 60_000

/** Positive, 127 random bits, as hex. */
export function newSerialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return Buffer.from(bytes).toString("hex")
}

/** PKCS #8. */
export const privateKeyPem = async (key: webcrypto.CryptoKey): Promise<string> =>
  KeyObject.from(key).export({ type: "pkcs8", format: "pem" }).toString()
