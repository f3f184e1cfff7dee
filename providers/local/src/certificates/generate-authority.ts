import { base32 } from "@alienplatform/core"
import { NAME_CONSTRAINTS_OID, onlyDnsSubtree } from "./name-constraints.ts"
import { BACKDATE_MS, KEY_ALGORITHM, newSerialNumber, privateKeyPem, SIGNING_ALGORITHM } from "./x509-shared.ts"

/** A certificate and its private key, PEM both. */
export interface KeyPairPem {
  certificate: string
  key: string
}

const YEARS = 10

/** A new root that can sign for `localhost` and below. `now` in ms. */
export async function generateAuthority(now: number): Promise<KeyPairPem> {
  // Loading the library takes some 0.3 s, so only who signs pays for it.
  const x509 = await import("@peculiar/x509")
  const keys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"])
  const notBefore = new Date(now - BACKDATE_MS)
  const notAfter = new Date(now)
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + YEARS)
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerialNumber(),
    // The suffix keeps two authorities apart in a trust store, where issuers are looked up by name.
    name: `CN=Alien local authority ${base32(8)}`,
    notBefore,
    notAfter,
    keys,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      new x509.Extension(NAME_CONSTRAINTS_OID, true, onlyDnsSubtree("localhost")),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: `${certificate.toString("pem")}\n`, key: await privateKeyPem(keys.privateKey) }
}
