import { createHash } from "node:crypto"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { buffer } from "node:stream/consumers"
import { expect, test } from "vitest"
import {
  DOCKER_INDEX,
  DOCKER_MANIFEST,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER_GZIP,
  OCI_MANIFEST,
} from "../documents/media-types.ts"
import { BlobDirectory } from "../layout/blob-directory.ts"
import { writeLayout } from "../layout/write-layout.ts"
import { parsePlatform } from "../reference/platform.ts"
import { parseReference } from "../reference/reference.ts"
import { startRegistryDouble, testRegistries } from "../testing/registry-double.ts"
import { temporaryDirectory } from "../testing/temporary-directory.ts"
import { pullImage, resolveReference } from "./pull-image.ts"

type Double = Awaited<ReturnType<typeof startRegistryDouble>>

const LAYER = Buffer.from("a layer of some length, so that it can break off")
const sha256 = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`

/** Keeps an image for one platform. */
function keepImage({ keepBlob, keepManifest }: Double, platform: string, { tag = platform, type = OCI_MANIFEST } = {}) {
  const layer = keepBlob("base", LAYER, OCI_LAYER_GZIP)
  const [os, architecture, variant] = platform.split("/")
  const rootfs = { type: "layers", diff_ids: [sha256(LAYER)] }
  const config = keepBlob("base", Buffer.from(JSON.stringify({ os, architecture, variant, rootfs })), OCI_CONFIG)
  const manifest = { schemaVersion: 2, mediaType: type, config, layers: [layer] }
  return { ...keepManifest("base", tag, manifest, type), platform: { os, architecture, variant } }
}

const referenceOf = ({ registry }: Double, version = "latest") => parseReference(`${registry}/base:${version}`)

test("a pull: it finds the platform in an index, in a nested one too, past attestations", async () => {
  await using double = await startRegistryDouble()
  await using registries = testRegistries()
  const [amd64, arm64, v7] = ["linux/amd64", "linux/arm64/v8", "linux/arm/v7"].map((name) => keepImage(double, name))
  const attestation = { ...amd64, platform: { os: "unknown", architecture: "unknown" } }
  const nested = double.keepManifest("base", "nested", { schemaVersion: 2, manifests: [v7, arm64] }, OCI_INDEX)
  const index = { schemaVersion: 2, manifests: [attestation, amd64, nested] }
  const { digest } = double.keepManifest("base", "latest", index, OCI_INDEX)
  double.keepManifest("base", "docker", { schemaVersion: 2, manifests: [amd64] }, DOCKER_INDEX)
  const reference = referenceOf(double)

  expect(await resolveReference(registries, reference)).toBe(digest)
  const pulled = async (platform: string) =>
    (await pullImage(registries, reference, parsePlatform(platform))).image.digest
  expect(await pulled("linux/amd64")).toBe(amd64?.digest)
  expect(await pulled("linux/arm64")).toBe(arm64?.digest)
  expect(await pulled("linux/arm")).toBe(v7?.digest)
  await expect(pulled("linux/arm/v6")).rejects.toMatchObject({ code: "image_platform_missing" })
  await expect(
    pullImage(registries, referenceOf(double, "docker"), parsePlatform("linux/riscv64")),
  ).rejects.toMatchObject({ code: "image_platform_missing", context: { offered: ["linux/amd64"] } })
})

test("a pull: it takes a single image for the platform that its config has, and for no other", async () => {
  await using double = await startRegistryDouble()
  await using registries = testRegistries()
  const { digest } = keepImage(double, "linux/arm64", { tag: "latest", type: DOCKER_MANIFEST })
  const reference = referenceOf(double)
  expect((await pullImage(registries, reference, parsePlatform("linux/arm64"))).image.digest).toBe(digest)
  await expect(pullImage(registries, reference, parsePlatform("linux/amd64"))).rejects.toMatchObject({
    code: "image_platform_missing",
  })
  await expect(resolveReference(registries, referenceOf(double, "v9"))).rejects.toMatchObject({
    code: "image_not_found",
  })
})

const CONFIG = { mediaType: OCI_CONFIG, digest: sha256(LAYER), size: 1 }
const FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"

test.each([
  [
    "schema 1",
    { schemaVersion: 1, fsLayers: [] },
    "application/vnd.docker.distribution.manifest.v1+json",
    "image_not_supported",
  ],
  ["schema 1 by another name", { schemaVersion: 1 }, OCI_MANIFEST, "image_not_supported"],
  [
    "a foreign layer",
    { schemaVersion: 2, config: CONFIG, layers: [{ ...CONFIG, mediaType: FOREIGN }] },
    DOCKER_MANIFEST,
    "image_not_supported",
  ],
  [
    "a layer that lies elsewhere",
    {
      schemaVersion: 2,
      config: CONFIG,
      layers: [{ ...CONFIG, mediaType: OCI_LAYER_GZIP, urls: ["https://example.com/x"] }],
    },
    OCI_MANIFEST,
    "image_not_supported",
  ],
  [
    "what is no image",
    { schemaVersion: 2, config: { ...CONFIG, mediaType: "application/vnd.cncf.helm.config.v1+json" }, layers: [] },
    OCI_MANIFEST,
    "image_not_supported",
  ],
  [
    "a digest that is a path",
    { schemaVersion: 2, config: { ...CONFIG, digest: "sha256:../../etc" }, layers: [] },
    OCI_MANIFEST,
    "image_invalid",
  ],
  ["a manifest of 4 MiB", { schemaVersion: 2, filler: "x".repeat(4 * 1024 * 1024) }, OCI_MANIFEST, "image_invalid"],
])("a pull: it refuses %s", async (_, document, type, code) => {
  await using double = await startRegistryDouble()
  await using registries = testRegistries()
  double.keepManifest("base", "latest", document, type)
  await expect(pullImage(registries, referenceOf(double), parsePlatform("linux/amd64"))).rejects.toMatchObject({ code })
})

test("a pull: it refuses a manifest that is not what its digest says", async () => {
  await using double = await startRegistryDouble()
  await using registries = testRegistries()
  const { digest } = keepImage(double, "linux/amd64")
  double.manifests.set(`base/${digest}`, { bytes: Buffer.from('{"schemaVersion":2}'), type: OCI_MANIFEST })
  const reference = parseReference(`${double.registry}/base@${digest}`)
  await expect(resolveReference(registries, reference)).rejects.toMatchObject({ code: "image_digest_mismatch" })
})

async function layout(double: Double) {
  await using directory = await temporaryDirectory()
  await using registries = testRegistries()
  keepImage(double, "linux/amd64", { tag: "latest" })
  const { image } = await pullImage(registries, referenceOf(double), parsePlatform("linux/amd64"))
  const blobs = new BlobDirectory(directory.path)
  const failed = await writeLayout(image, { directory: directory.path, blobs }).catch((error) => error)
  return { failed, files: await readdir(join(directory.path, "blobs/sha256")).catch(() => []) }
}

test.each([true, false])("a blob: it goes on after breaks, with ranges %s", async (ranges) => {
  const faults = [{ when: new RegExp(`^GET .*blobs/${sha256(LAYER)}`), dropAnswerAfter: 10, times: 2 }]
  await using double = await startRegistryDouble({ ranges, faults })
  expect(await layout(double)).toMatchObject({ failed: undefined, files: { length: 3 } })
  const asked = double.seen.filter(({ line }) => line.endsWith(sha256(LAYER)) && line.startsWith("GET"))
  const wanted = ranges ? [undefined, "bytes=10-", "bytes=20-"] : [undefined, "bytes=10-", "bytes=10-"]
  expect(asked.map(({ headers }) => headers.range)).toEqual(wanted)
})

test.each([
  ["other bytes", Buffer.from("A layer of some length, so that it can break off")],
  ["more bytes", Buffer.concat([LAYER, LAYER])],
])("a blob: it refuses %s than its digest says, and keeps none", async (_, bytes) => {
  await using double = await startRegistryDouble()
  keepImage(double, "linux/amd64", { tag: "latest" })
  const served = double.blobs.get.bind(double.blobs)
  double.blobs.get = (key) => (key.endsWith(sha256(LAYER)) ? bytes : served(key))
  expect(await layout(double)).toMatchObject({ failed: { code: "image_digest_mismatch" }, files: [] })
  await using registries = testRegistries()
  const { image } = await pullImage(registries, referenceOf(double), parsePlatform("linux/amd64"))
  const reading = image.layers.map(({ source }) => buffer(source.read(0)))
  await expect(Promise.all(reading)).rejects.toMatchObject({ code: "image_digest_mismatch" })
})

test("a blob: it is followed to another host, without the registry's credentials", async () => {
  const seen: (string | undefined)[] = []
  const { createServer } = await import("node:http")
  const other = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.end(double.blobs.get(`base/${request.url?.slice(1).split("?")[0]}`))
  })
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve))
  const address = other.address()
  const redirectTo = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
  await using double = await startRegistryDouble({ redirectTo, auth: { kind: "basic", account: "me:secret" } })
  await using registries = testRegistries({ as: { kind: "password", username: "me", password: "secret" } })
  keepImage(double, "linux/amd64", { tag: "latest" })
  await pullImage(registries, referenceOf(double), parsePlatform("linux/amd64"))
  expect(seen).toEqual([undefined])
  other.close()
  other.closeAllConnections()
})

test("a blob: it is not followed to plain HTTP on another machine", async () => {
  await using double = await startRegistryDouble({ redirectTo: `${"http:"}//169.254.169.254` })
  await using registries = testRegistries()
  keepImage(double, "linux/amd64", { tag: "latest" })
  await expect(pullImage(registries, referenceOf(double), parsePlatform("linux/amd64"))).rejects.toMatchObject({
    code: "registry_insecure",
  })
})
