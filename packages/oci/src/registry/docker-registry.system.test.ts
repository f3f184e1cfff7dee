import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { parsePlatform } from "../reference/platform.ts"
import { parseReference } from "../reference/reference.ts"
import { startBreakingProxy } from "../testing/breaking-proxy.ts"
import { startDockerRegistry } from "../testing/docker-registry.ts"
import { instantClock } from "../testing/registry-double.ts"
import { runProgram } from "../testing/run-program.ts"
import { smallImage } from "../testing/small-image.ts"
import { temporaryDirectory } from "../testing/temporary-directory.ts"
import { startTokenService } from "../testing/token-service.ts"
import type { Credentials } from "./credentials.ts"
import { pullImage } from "./pull-image.ts"
import { copyImage, pushImage } from "./push-image.ts"
import { Registries } from "./registries.ts"

const AMD64 = parsePlatform("linux/amd64")
const ME: Credentials = { kind: "password", username: "me", password: "correct horse" }
/** bcrypt of that password. */
const HTPASSWD = "me:$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\n"

const withPassword = async (directory: string) => {
  const path = join(directory, "htpasswd")
  await writeFile(path, HTPASSWD)
  return { htpasswd: { realm: "test", path } }
}

/** A certificate for this machine that is its own authority, and its key. */
async function makeCertificate(directory: string) {
  const [certificate, key] = [join(directory, "certificate.pem"), join(directory, "key.pem")]
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
  const subject = ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"]
  await runProgram("openssl", [...request, ...subject, "-keyout", key, "-out", certificate])
  return { certificate, key }
}

const inspect = async (reference: string, ...options: string[]) =>
  JSON.parse(await runProgram("skopeo", ["inspect", ...options, `docker://${reference}`]))

test("docker-registry with passwords: an image is pushed, pulled, and read by skopeo; nobody else may", async () => {
  await using directory = await temporaryDirectory()
  await using server = await startDockerRegistry({ auth: withPassword })
  const to = parseReference(`${server.registry}/acme/api:v1`)
  const image = await smallImage(directory.path, { bytes: 6_000_000 })
  await using registries = new Registries({ credentials: async () => ME })
  await pushImage(image, { registries, to })
  expect((await pullImage(registries, to, AMD64)).image.digest).toBe(image.digest)
  const options = ["--tls-verify=false", "--creds", "me:correct horse"]
  expect(await inspect(`${server.registry}/acme/api:v1`, ...options)).toMatchObject({ Digest: image.digest })
  for (const credentials of [async () => undefined, async () => ({ ...ME, password: "wrong" }) as Credentials]) {
    await using others = new Registries({ credentials })
    await expect(pushImage(image, { registries: others, to })).rejects.toMatchObject({ code: "registry_denied" })
  }
})

test("docker-registry with tokens: an image is pushed, and mounted into another repository", async () => {
  await using directory = await temporaryDirectory()
  const pair = await makeCertificate(directory.path)
  await using service = await startTokenService("me:correct horse", pair)
  const auth = async () => ({
    token: { realm: service.url, service: "test", issuer: "test", rootcertbundle: pair.certificate },
  })
  await using server = await startDockerRegistry({ auth })
  await using registries = new Registries({ credentials: async () => ME })
  const from = parseReference(`${server.registry}/acme/api:v1`)
  const image = await smallImage(directory.path)
  await pushImage(image, { registries, to: from })
  const copied = await copyImage({ registries, from, to: parseReference(`${server.registry}/other/api:v1`) })
  expect(copied.blobs.map(({ arrival }) => arrival)).toEqual(["mounted", "mounted"])
  expect(copied.digest).toBe(image.digest)
})

test("docker-registry with TLS: its authority is trusted when it is named, and nothing else is tried", async () => {
  await using directory = await temporaryDirectory()
  const tls = await makeCertificate(directory.path)
  await using server = await startDockerRegistry({ tls })
  const to = parseReference(`${server.registry}/acme/api:v1`)
  const image = await smallImage(directory.path)
  await using strangers = new Registries()
  await expect(pushImage(image, { registries: strangers, to })).rejects.toMatchObject({ code: "registry_untrusted" })
  await using registries = new Registries({ certificateAuthority: await readFile(tls.certificate, "utf8") })
  expect((await pushImage(image, { registries, to })).digest).toBe(image.digest)
})

test("docker-registry: a transfer that breaks off on the way is completed", async () => {
  await using directory = await temporaryDirectory()
  await using server = await startDockerRegistry()
  using proxy = await startBreakingProxy(server.registry, 8_000_000)
  await using registries = new Registries({ clock: instantClock() })
  const image = await smallImage(directory.path, { bytes: 12_000_000 })
  await pushImage(image, { registries, to: parseReference(`${proxy.registry}/acme/api:v1`) })
  expect(proxy.isBroken()).toBe(true)
  expect(await inspect(`${server.registry}/acme/api:v1`, "--tls-verify=false")).toMatchObject({ Digest: image.digest })
})

test("docker-registry: an image for one platform is copied out of an index that skopeo made", async () => {
  await using directory = await temporaryDirectory()
  await using server = await startDockerRegistry()
  await using registries = new Registries()
  const platforms = ["linux/amd64", "linux/arm64"]
  const images = await Promise.all(platforms.map((platform) => smallImage(directory.path, { platform })))
  for (const image of images) await pushImage(image, { registries, to: parseReference(`${server.registry}/acme/api`) })
  const index = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: images.map(({ digest, mediaType, manifest, platform }) => ({
      mediaType,
      digest,
      size: manifest.byteLength,
      platform,
    })),
  }
  const answer = await fetch(`http://${server.registry}/v2/acme/api/manifests/v1`, {
    method: "PUT",
    body: JSON.stringify(index),
    headers: { "content-type": index.mediaType },
  })
  expect(answer.status).toBe(201)
  await runProgram("skopeo", [
    ...["copy", "--all", "--src-tls-verify=false", "--dest-tls-verify=false"],
    ...[`docker://${server.registry}/acme/api:v1`, `docker://${server.registry}/vendor/api:v1`],
  ])
  await using target = await startDockerRegistry()
  const to = parseReference(`${target.registry}/mirror/api:v1`)
  const from = parseReference(`${server.registry}/vendor/api:v1`)
  const { digest } = await copyImage({ registries, from, to, platform: parsePlatform("linux/arm64") })
  expect(digest).toBe(images[1]?.digest)
  const found = await inspect(`${target.registry}/mirror/api:v1`, "--tls-verify=false", "--override-arch=arm64")
  expect(found).toMatchObject({ Digest: digest, Architecture: "arm64" })
})
