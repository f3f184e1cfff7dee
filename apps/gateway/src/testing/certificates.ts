import { KeyObject } from "node:crypto"
import * as x509 from "@peculiar/x509"

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const
/** A minute ago: the clock that certificates are checked by runs a few ms behind this one. */
const notBefore = () => new Date(Date.now() - 60_000)
const serial = () => crypto.randomUUID().replaceAll("-", "").replace(/^./, "1")

/** An authority of a test, for clients to trust, and leaves signed by it. */
export interface TestAuthority {
  certificate: string
  issue(...hosts: string[]): Promise<{ chain: string; key: string; sha256: string }>
}

export async function testAuthority(): Promise<TestAuthority> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=Test authority ${serial()}`,
    keys,
    notBefore: notBefore(),
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  })
  return {
    certificate: root.toString("pem"),
    async issue(...hosts) {
      const own = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])
      const leaf = await x509.X509CertificateGenerator.create({
        serialNumber: serial(),
        subject: "CN=Test leaf",
        issuer: root.subjectName,
        notBefore: notBefore(),
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        extensions: [new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: "dns", value })))],
      })
      const sha256 = Buffer.from(await leaf.getThumbprint("SHA-256")).toString("hex")
      const key = KeyObject.from(own.privateKey).export({ type: "pkcs8", format: "pem" }).toString()
      return { chain: leaf.toString("pem"), key, sha256 }
    },
  }
}
