import { createHash } from "node:crypto"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { BlobDirectory, buildImage, parseReference, pushImage, Registries } from "@alienplatform/oci"
import { startRegistryDouble } from "@alienplatform/oci/testing"
import { expect, test } from "vitest"
import { folderWith } from "../build/files.fixture.ts"
import { run } from "../program.ts"
import { fakeContext } from "../testing/fake-context.ts"
import { lastOf } from "../testing/shop.ts"

const PROJECT = {
  "alien.ts": `import * as alien from "@alienplatform/core"
    const code = (src) => ({ type: "source", src, toolchain: { type: "typescript" } } as const)
    export default new alien.Stack("shop")
      .add(new alien.Worker("api").code(code("./api")).publicEndpoint("web").build(), "live")
      .add(new alien.Container("gateway").code(code("./gateway")).cpu(1).memory("64Mi").replicas(1).publicEndpoint("web", 9000).build(), "live")
      .build()`,
  "api/index.ts": `export default { fetch: () => new Response("hello") }`,
  "gateway/index.ts": `console.log("hello")`,
}

type Double = Awaited<ReturnType<typeof startRegistryDouble>>

/** Keeps a base image under base/node:24. */
async function keepBase({ registry }: Double, folder: string) {
  await using registries = new Registries()
  const image = await buildImage({
    platform: { os: "linux", architecture: "amd64" },
    layers: [{ name: "node", files: [{ path: "usr/bin/node", content: { bytes: Buffer.from("node") } }] }],
    execution: { env: { PATH: "/usr/bin" } },
    blobs: new BlobDirectory(join(folder, "base")),
  })
  await pushImage(image, { registries, to: parseReference(`${registry}/base/node:24`) })
  return image
}

async function withBase() {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(await folderWith(PROJECT))
  const double = stack.use(await startRegistryDouble())
  const base = await keepBase(double, folder.path)
  const alien = async (argv: string[], env = {}) => {
    const context = fakeContext({ cwd: folder.path, home: folder.path, env })
    return { exit: await run(argv, context), out: context.out, err: context.err }
  }
  const reference = `${double.registry}/base/node:24`
  return { ...double, alien, base, reference, folder: folder.path, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

interface Manifest {
  config: { digest: string }
  layers: { digest: string }[]
}

const sha256 = (bytes: Buffer | undefined) =>
  `sha256:${createHash("sha256")
    .update(bytes ?? "")
    .digest("hex")}`

test("image build pushes a worker's image on the base, which is mounted, and twice the same", async () => {
  await using at = await withBase()
  const { alien, base, registry, blobs, manifests } = at
  const to = `${registry}/acme/api:v1`
  const { exit, out, err } = await alien(["image", "build", "api", "--base", at.reference, "--push", to])
  const kept = manifests.get("acme/api/v1")
  const digest = sha256(kept?.bytes)
  expect(exit, err).toBe(0)
  expect(out).toContain(`base    ${at.reference}@${base.digest}\npushed  ${to}@${digest}\ndigest  ${digest}\n`)
  expect(out).toMatch(/^api {2}linux\/amd64, [\d.]+ KiB in 3 layers\n/)
  expect(out).toMatch(
    /\n {2}base +\d+ B +[0-9a-f]{12} +mounted\n {2}runtime +[\d.]+ KiB +[0-9a-f]{12} +sent\n {2}program /,
  )
  const manifest: Manifest = JSON.parse(kept?.bytes.toString() ?? "")
  const config = JSON.parse(blobs.get(`acme/api/${manifest.config.digest}`)?.toString() ?? "")
  expect(config.config).toMatchObject({
    User: "65532:65532",
    Entrypoint: ["node", "/opt/alien/runtime/main.mjs", "/app"],
    Env: ["PATH=/usr/bin", "ALIEN_HOST=0.0.0.0", "HOME=/app", "PORT=8080"],
  })
  const again = await alien(["image", "build", "api", "--base", at.reference, "--push", to, "--json"])
  expect(lastOf(again.out)).toMatchObject({
    result: {
      image: {
        digest,
        reference: `${to}@${digest}`,
        base: { reference: at.reference, digest: base.digest },
        layers: [{ name: null }, { name: "runtime" }, { name: "program", arrival: "there" }],
      },
    },
  })
})

test("image build writes an image layout, with the base that the environment names", async () => {
  await using at = await withBase()
  const argv = ["image", "build", "gateway", "--output", "image"]
  const { exit, out } = await at.alien(argv, { ALIEN_BASE_IMAGE: at.reference })
  const layout = join(at.folder, "image")
  expect(exit).toBe(0)
  expect(out).toContain(`output  ${layout}\n`)
  const index = JSON.parse(await readFile(join(layout, "index.json"), "utf8"))
  const [{ digest }] = index.manifests
  expect(out).toContain(`digest  ${digest}\n`)
  const blob = async (of: string) => JSON.parse(await readFile(join(layout, "blobs/sha256", of.slice(7)), "utf8"))
  const manifest: Manifest = await blob(digest)
  expect((await blob(manifest.config.digest)).config).toMatchObject({
    Entrypoint: ["node", "--import", "/opt/alien/runtime/register.mjs", "/app/index.mjs"],
    ExposedPorts: { "9000/tcp": {} },
  })
  expect(await readdir(join(layout, "blobs/sha256"))).toHaveLength(manifest.layers.length + 2)
  expect((await at.alien(argv, { ALIEN_BASE_IMAGE: at.reference })).exit).toBe(0)
})

test("image build builds nothing where something is missing or wrong, and says what", async () => {
  await using at = await withBase()
  const fails = async (argv: string[], exit: number, text: string) => {
    const failed = await at.alien(["image", "build", ...argv])
    expect(failed.err).toContain(text)
    expect(failed).toMatchObject({ exit, out: "" })
  }
  const base = ["--base", at.reference, "--output", "image"]
  await fails(["api", "--base", at.reference], 2, "nothing says where the image goes")
  await fails(["api", "--output", "image"], 2, "ALIEN_BASE_IMAGE")
  await fails(base, 2, "several resources to build: api, gateway")
  await fails(["apo", ...base], 4, 'did you mean "api"?')
  await fails(["api", ...base, "--platform", "linux"], 2, "image_platform_invalid")
  await fails(["api", ...base, "--platform", "linux/arm64"], 2, "image_platform_missing")
  await fails(["api", "--base", `${at.registry}/base/node:25`, "--output", "image"], 4, "image_not_found")
  await fails(["api", "--base", "Node", "--output", "image"], 2, "image_reference_invalid")
  await mkdir(join(at.folder, "mine"))
  await writeFile(join(at.folder, "mine/notes.txt"), "")
  await fails(["api", "--base", at.reference, "--output", "mine"], 2, "holds other files than an image layout")
  // Where mkdir with recursive would never return.
  if (process.platform === "linux")
    await fails(["api", "--base", at.reference, "--output", "/proc/alien/image"], 1, "file_refused")
})

test("image copy copies by digest, with the credentials of Docker's configuration", async () => {
  await using at = await withBase()
  await using mirror = await startRegistryDouble({ auth: { kind: "basic", account: "me:secret" } })
  const auth = Buffer.from("me:secret").toString("base64")
  await writeFile(join(at.folder, "config.json"), JSON.stringify({ auths: { [mirror.registry]: { auth } } }))
  const env = { DOCKER_CONFIG: at.folder }
  const to = `${mirror.registry}/mirror/node:24`
  const { exit, out } = await at.alien(["image", "copy", at.reference, to], env)
  expect({ exit, out }).toEqual({ exit: 0, out: `${to}@${at.base.digest}\n` })
  expect(mirror.manifests.get("mirror/node/24")?.bytes.equals(at.base.manifest)).toBe(true)
  const again = await at.alien(["image", "copy", at.reference, to, "--json"], env)
  expect(lastOf(again.out)).toMatchObject({ result: { digest: at.base.digest, blobs: [{ arrival: "there" }, {}] } })
  const denied = await at.alien(["image", "copy", at.reference, to])
  expect(denied).toMatchObject({ exit: 4, out: "" })
  expect(denied.err).toContain("registry_denied")
})
