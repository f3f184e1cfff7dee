import { createPrivateKey, type webcrypto } from "node:crypto"
import { problem } from "@alienplatform/core"
import type { Clock } from "@alienplatform/engine"
import type { KeyPairPem } from "./generate-authority.ts"
import type { IssuedCertificate } from "./issued-certificate.ts"
import { BACKDATE_MS, KEY_ALGORITHM, newSerialNumber, privateKeyPem, SIGNING_ALGORITHM } from "./x509-shared.ts"

const DAY = 86_400_000
const LIFETIME = 90 * DAY

/** One or more DNS labels and then `localhost`, or `localhost` itself; lower case. */
const LOCAL_HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*localhost$/

export async function issueLeaf(options: {
  host: string
  authority: KeyPairPem
  /** ms; a leaf never outlives its authority. */
  authorityNotAfter: number
  clock: Clock
}): Promise<IssuedCertificate> {
  const { host, authority, clock } = options
  if (host.length > 253 || !LOCAL_HOST.test(host))
    throw problem("certificate_host_not_local", {
      message: `the local authority signs for localhost and lower-case names below it, not for ${JSON.stringify(host)}; bring a certificate of your own for this host`,
    })
  const x509 = await import("@peculiar/x509")
  const issuer = new x509.X509Certificate(authority.certificate)
  const keys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"])
  const now = clock.now()
  const notAfter = new Date(Math.min(now + LIFETIME, options.authorityNotAfter))
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    // The host stands in the alternative name alone: a common name holds at most 64 characters.
    subject: "CN=Alien local endpoint",
    issuer: issuer.subjectName,
    notBefore: new Date(now - BACKDATE_MS),
    notAfter,
    publicKey: keys.publicKey,
    signingKey: await signingKey(authority.key),
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: host }]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return {
    chain: `${leaf.toString("pem")}\n`,
    key: await privateKeyPem(keys.privateKey),
    notAfter: leaf.notAfter.getTime(),
  }
}

const signingKey = (pem: string): Promise<webcrypto.CryptoKey> =>
  crypto.subtle.importKey(
    "pkcs8",
    new Uint8Array(createPrivateKey(pem).export({ type: "pkcs8", format: "der" })),
    KEY_ALGORITHM,
    false,
    ["sign"],
  )
