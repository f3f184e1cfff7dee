import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto"
import { canonicalJson, hmacHex } from "@alienplatform/core"

const CIPHER = "aes-256-gcm"
/** Prefix of values sealed in this format; another format gets another number. */
const FORM = "v1."
const NONCE = 12
const TAG = 16

/** Keeps secret values so that they can be stored. */
export interface Sealer {
  /** `v1.` and base64url of nonce, tag and ciphertext: another text each time. Good for that deployment and name alone. */
  seal(deployment: string, name: string, value: string): string
  /** Nothing for what another key, deployment or name sealed, and for what was altered. */
  unseal(deployment: string, name: string, sealed: string): string | undefined
  /** Stands for a value in comparisons: without the key nobody can guess at it. */
  fingerprint(value: unknown): string
}

/** Seals with AES-256-GCM under keys of its own, which follow from the installation's. */
export function createSealer(secretKey: Uint8Array): Sealer {
  const derived = (purpose: string) => Buffer.from(hkdfSync("sha256", secretKey, "", purpose, 32))
  const key = derived("sealed values")
  const fingerprints = derived("fingerprints of requests")
  return {
    seal(deployment, name, value) {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG }).setAAD(bound(deployment, name))
      const text = Buffer.concat([cipher.update(value, "utf8"), cipher.final()])
      return FORM + Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64url")
    },
    unseal(deployment, name, sealed) {
      const bytes = Buffer.from(sealed.slice(FORM.length), "base64url")
      if (!sealed.startsWith(FORM) || bytes.byteLength < NONCE + TAG) return undefined
      const nonce = bytes.subarray(0, NONCE)
      const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG })
        .setAAD(bound(deployment, name))
        .setAuthTag(bytes.subarray(NONCE, NONCE + TAG))
      try {
        return decipher.update(bytes.subarray(NONCE + TAG), undefined, "utf8") + decipher.final("utf8")
      } catch {
        return undefined
      }
    },
    fingerprint: (value) => hmacHex(fingerprints, canonicalJson(value)),
  }
}

/** What a sealed value is good for; moved elsewhere in the store it cannot be read. */
const bound = (deployment: string, name: string): Buffer => Buffer.from(JSON.stringify([deployment, name]))
