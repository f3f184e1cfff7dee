import { createPrivateKey, KeyObject, X509Certificate } from "node:crypto"
import { once } from "node:events"
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { createServer } from "node:https"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { connect } from "node:tls"
import type { Clock } from "@alienplatform/engine"
import * as x509 from "@peculiar/x509"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { openCertificateAuthority } from "./authority.ts"
import { bundleWithSystemRoots } from "./bundle.ts"
import { leafFacts, needsRenewal } from "./leaf-facts.ts"

const DAY = 86_400_000
const at = (now: number): Clock => ({ now: () => now, until: async () => {} })

let home: string
let directory: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "alien-ca-"))
  directory = join(home, "alien", "ca")
})
afterEach(() => rm(home, { recursive: true, force: true }))

describe("the local certificate authority", () => {
  test("when opened twice, the second time reads what the first made: it stays the same", async () => {
    const first = await openCertificateAuthority({ directory })
    const second = await openCertificateAuthority({ directory })
    expect(second.certificate).toBe(first.certificate)
    expect(await readFile(first.certificateFile, "utf8")).toBe(first.certificate)
    expect((await stat(join(directory, "ca.key"))).mode & 0o777).toBe(0o600)
  })

  test("when many open it at once, one wins and all use it", async () => {
    const opened = await Promise.all(Array.from({ length: 8 }, () => openCertificateAuthority({ directory })))
    expect(new Set(opened.map((ca) => ca.certificate)).size).toBe(1)
    expect(await readdir(join(home, "alien"))).toEqual(["ca"])
  })

  test("can sign ten years for localhost and nothing else: it says so in critical extensions", async () => {
    const ca = new x509.X509Certificate((await openCertificateAuthority({ directory })).certificate)
    const constraints = ca.getExtension("2.5.29.30")
    expect(constraints?.critical).toBe(true)
    expect(Buffer.from(constraints?.value ?? new ArrayBuffer()).toString("latin1")).toContain("localhost")
    const basic = ca.getExtension(x509.BasicConstraintsExtension)
    expect(basic).toMatchObject({ ca: true, pathLength: 0, critical: true })
    expect(ca.getExtension(x509.KeyUsagesExtension)?.usages).toBe(x509.KeyUsageFlags.keyCertSign)
    expect(Math.round((ca.notAfter.getTime() - Date.now()) / DAY / 365.25)).toBe(10)
  })

  test.each([
    ["ca.crt", "not a certificate", "certificate_authority_corrupt"],
    ["ca.key", "not a key", "certificate_authority_corrupt"],
    ["ca.crt", undefined, "certificate_authority_corrupt"],
    ["ca.key", undefined, "certificate_authority_corrupt"],
  ])("with %s replaced by %s, it is refused with %s and left as it is", async (file, text, code) => {
    await openCertificateAuthority({ directory })
    if (text === undefined) await rm(join(directory, file))
    else await writeFile(join(directory, file), text)
    const before = await readdir(directory)
    await expect(openCertificateAuthority({ directory })).rejects.toMatchObject({ code })
    expect(await readdir(directory)).toEqual(before)
    if (text !== undefined) expect(await readFile(join(directory, file), "utf8")).toBe(text)
  })

  test("with another authority's key, it is refused", async () => {
    await openCertificateAuthority({ directory })
    const other = join(home, "other")
    await openCertificateAuthority({ directory: other })
    await writeFile(join(directory, "ca.key"), await readFile(join(other, "ca.key")))
    await expect(openCertificateAuthority({ directory })).rejects.toMatchObject({
      code: "certificate_authority_key_mismatch",
    })
  })

  test("after ten years, it is refused", async () => {
    await openCertificateAuthority({ directory })
    const clock = at(Date.now() + 3653 * DAY)
    await expect(openCertificateAuthority({ directory, clock })).rejects.toMatchObject({
      code: "certificate_authority_expired",
    })
  })

  test("in a directory that holds other files, it is refused and nothing is written", async () => {
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, "notes"), "mine")
    await expect(openCertificateAuthority({ directory })).rejects.toMatchObject({
      code: "certificate_authority_corrupt",
    })
    expect(await readdir(directory)).toEqual(["notes"])
    expect(await readdir(join(home, "alien"))).toEqual(["ca"])
  })
})

describe("a leaf", () => {
  test("names exactly its host, for 90 days from five minutes ago", async () => {
    const now = Date.UTC(2030, 0, 1)
    const ca = await openCertificateAuthority({ directory, clock: at(now) })
    const { chain, notAfter } = await ca.issue({ host: "api.dev.localhost" })
    expect(leafFacts(chain)).toMatchObject({
      hosts: ["api.dev.localhost"],
      notBefore: now - 5 * 60_000,
      notAfter: now + 90 * DAY,
      keyType: "ec-prime256v1",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(notAfter).toBe(now + 90 * DAY)
  })

  test("is due for renewal thirty days before its end, not earlier", async () => {
    const ca = await openCertificateAuthority({ directory })
    const { chain, notAfter } = await ca.issue({ host: "api.dev.localhost" })
    expect(needsRenewal(chain, notAfter - 30 * DAY - 1)).toBe(false)
    expect(needsRenewal(chain, notAfter - 30 * DAY)).toBe(true)
  })

  test("never outlives its authority", async () => {
    await openCertificateAuthority({ directory })
    const late = Date.now() + 3600 * DAY
    const ca = await openCertificateAuthority({ directory, clock: at(late) })
    const { notAfter } = await ca.issue({ host: "api.dev.localhost" })
    expect(notAfter).toBe(new X509Certificate(ca.certificate).validToDate.getTime())
  })

  test.each(["example.com", "localhost.example.com", "*.localhost", "Api.localhost", "a..localhost", "", "127.0.0.1"])(
    "for %j is refused before it is signed",
    async (host) => {
      const ca = await openCertificateAuthority({ directory })
      await expect(ca.issue({ host })).rejects.toMatchObject({ code: "certificate_host_not_local" })
    },
  )

  test("is accepted by a TLS client that trusts the authority, and only for its host", async () => {
    const ca = await openCertificateAuthority({ directory })
    const { chain, key } = await ca.issue({ host: "api.dev.localhost" })
    await using server = createServer({ cert: chain, key }).listen(0, "127.0.0.1")
    await once(server, "listening")
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    const handshake = async (servername: string) => {
      const socket = connect({ host: "127.0.0.1", port, servername, ca: ca.certificate })
      try {
        await once(socket, "secureConnect")
        return socket.authorized
      } finally {
        socket.destroy()
      }
    }
    expect(await handshake("api.dev.localhost")).toBe(true)
    await expect(handshake("web.dev.localhost")).rejects.toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" })
  })
})

test("a certificate for another name signed with the stolen key is refused by TLS clients", async () => {
  const ca = await openCertificateAuthority({ directory })
  const server = await stolenKeyServer(ca.certificate, await readFile(join(directory, "ca.key"), "utf8"))
  await using _ = server
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const socket = connect({ host: "127.0.0.1", port, servername: "bank.example", ca: ca.certificate })
  await expect(once(socket, "secureConnect")).rejects.toMatchObject({ message: "permitted subtree violation" })
})

async function stolenKeyServer(authority: string, key: string) {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])
  const der = new Uint8Array(createPrivateKey(key).export({ type: "pkcs8", format: "der" }))
  const leaf = await x509.X509CertificateGenerator.create({
    subject: "CN=Forged",
    issuer: new x509.X509Certificate(authority).subjectName,
    publicKey: keys.publicKey,
    signingKey: await crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]),
    signingAlgorithm: algorithm,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "bank.example" }])],
  })
  const own = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" })
  const server = createServer({ cert: leaf.toString("pem"), key: own }).listen(0, "127.0.0.1")
  await once(server, "listening")
  return server
}

test("a text that is no certificate is refused with a code: it never reaches a parser's message", () => {
  expect(() => leafFacts("nonsense")).toThrow(expect.objectContaining({ code: "certificate_unreadable" }))
})

test("the bundle holds the public roots and the authority: programs that read SSL_CERT_FILE trust both", async () => {
  const ca = await openCertificateAuthority({ directory })
  const bundle = await bundleWithSystemRoots(ca.certificateFile)
  expect(bundle).toContain(ca.certificate.trim())
  expect(bundle.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(100)
})
