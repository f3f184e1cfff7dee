import {
  BasicConstraintsExtension,
  cryptoProvider,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509"

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }
const DAY = 24 * 60 * 60_000

/** A test's own authority; PEM. */
export interface TestAuthority {
  certificate: string
  issue(host: string, options?: { notAfter?: Date }): Promise<{ cert: string; key: string }>
}

export async function createTestAuthority(): Promise<TestAuthority> {
  cryptoProvider.set(crypto)
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])
  const root = await X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: "CN=Test Authority",
    notBefore: new Date(Date.now() - 400 * DAY),
    notAfter: new Date(Date.now() + DAY),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new BasicConstraintsExtension(true, 0, true)],
  })
  let serial = 1
  return {
    certificate: root.toString("pem"),
    async issue(host, { notAfter = new Date(Date.now() + DAY) } = {}) {
      const leafKeys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])
      serial += 1
      const leaf = await X509CertificateGenerator.create({
        serialNumber: serial.toString(16).padStart(2, "0"),
        subject: `CN=${host}`,
        issuer: new X509Certificate(root.rawData).subject,
        notBefore: new Date(Date.now() - 300 * DAY),
        notAfter,
        signingAlgorithm: algorithm,
        publicKey: leafKeys.publicKey,
        signingKey: keys.privateKey,
        extensions: [new SubjectAlternativeNameExtension([{ type: "dns", value: host }])],
      })
      const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", leafKeys.privateKey)).toString("base64")
      return {
        cert: leaf.toString("pem"),
        key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
      }
    },
  }
}
