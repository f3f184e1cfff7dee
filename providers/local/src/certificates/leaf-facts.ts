import { type KeyObject, X509Certificate } from "node:crypto"
import { problem } from "@alienplatform/core"

export interface LeafFacts {
  /** DNS names of the subject alternative name, lower case; a wildcard keeps its `*.`. Empty when there is none. */
  hosts: readonly string[]
  /** ms since the epoch. */
  notBefore: number
  notAfter: number
  /** Hash of the leaf's DER, lower-case hex. */
  sha256: string
  /** `ec-prime256v1`, `rsa-2048`, `ed25519`. */
  keyType: string
}

const RENEW_BEFORE = 30 * 86_400_000

/** What the first certificate of a PEM chain says. Throws `certificate_unreadable`. */
export function leafFacts(pem: string): LeafFacts {
  const leaf = parse(pem)
  return {
    hosts: dnsNames(leaf.subjectAltName),
    notBefore: leaf.validFromDate.getTime(),
    notAfter: leaf.validToDate.getTime(),
    sha256: leaf.fingerprint256.replaceAll(":", "").toLowerCase(),
    keyType: keyType(leaf.publicKey),
  }
}

/** From thirty days before the end. `now` in ms. */
export const needsRenewal = (chain: string, now: number): boolean => now >= leafFacts(chain).notAfter - RENEW_BEFORE

function parse(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    throw problem("certificate_unreadable", {
      message:
        "the certificate chain does not start with a PEM certificate; give the leaf first, then its intermediates, in PEM",
      cause: error,
    })
  }
}

/** Node prints `DNS:a, DNS:b, IP Address:…` and quotes a name that holds anything odd: no host we can serve. */
const dnsNames = (subjectAltName: string | undefined): string[] =>
  (subjectAltName ?? "").split(", ").flatMap((name) => (/^DNS:[^"]+$/.test(name) ? [name.slice(4).toLowerCase()] : []))

function keyType(key: KeyObject): string {
  const details = key.asymmetricKeyDetails
  if (details?.namedCurve) return `ec-${details.namedCurve}`
  if (details?.modulusLength) return `${key.asymmetricKeyType}-${details.modulusLength}`
  return key.asymmetricKeyType ?? "unknown"
}
