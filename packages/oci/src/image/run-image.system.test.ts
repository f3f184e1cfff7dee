import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type ArtifactImageOptions, artifactImage } from "../artifact/artifact-image.ts"
import type { LayerFile } from "../layer/layer-file.ts"
import { BlobDirectory } from "../layout/blob-directory.ts"
import { writeLayout } from "../layout/write-layout.ts"
import { platformOfTarget } from "../reference/platform.ts"
import { parseReference } from "../reference/reference.ts"
import { pullImage, resolveReference } from "../registry/pull-image.ts"
import { pushImage } from "../registry/push-image.ts"
import { Registries } from "../registry/registries.ts"
import { debianFiles } from "../testing/debian-base.ts"
import { startDockerRegistry } from "../testing/docker-registry.ts"
import { askImage, unpackImage } from "../testing/run-image.ts"
import { runProgram } from "../testing/run-program.ts"
import { temporaryDirectory } from "../testing/temporary-directory.ts"
import { buildImage } from "./build-image.ts"

const HOST = platformOfTarget(`${process.platform}-${process.arch}`) ?? { os: "linux", architecture: "amd64" }

const text = (path: string, content: string, executable = false): LayerFile => ({
  path,
  content: { bytes: Buffer.from(content) },
  executable,
})

/** Tells who it is and where, and that it may write there; then serves. */
const PROGRAM = `
import { readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
writeFileSync("state.txt", "written")
const told = { uid: process.getuid(), cwd: process.cwd(), home: process.env.HOME, state: readFileSync("state.txt", "utf8"),
  data: readFileSync(new URL("./data.txt", import.meta.url), "utf8") }
const server = createServer((request, response) => response.end(JSON.stringify(told)))
server.listen(0, "127.0.0.1", () => console.log(server.address().port))
`

/** A registry that has a base image of Debian's packages and this Node. */
async function startWithBase(stack: AsyncDisposableStack) {
  await using directory = await temporaryDirectory()
  const { registry } = stack.use(await startDockerRegistry())
  const registries = stack.use(new Registries())
  const built = await buildImage({
    platform: HOST,
    layers: [{ name: "debian and node", files: await debianFiles() }],
    execution: { env: { PATH: "/usr/local/bin:/usr/bin:/bin" } },
    blobs: new BlobDirectory(join(directory.path, "base")),
  })
  const reference = parseReference(`${registry}/base/node:24`)
  await pushImage(built, { registries, to: reference })
  const digest = await resolveReference(registries, reference)
  const base = await pullImage(registries, { ...reference, digest }, HOST)
  return { registry, registries, base: { ...base, name: "node:24" } }
}

const stack = new AsyncDisposableStack()
let shared: Awaited<ReturnType<typeof startWithBase>>
beforeAll(async () => {
  expect(process.getuid?.(), "an image is unpacked with its owners: run as root").toBe(0)
  shared = await startWithBase(stack)
}, 120_000)
afterAll(() => stack.disposeAsync())

async function publish(artifact: ArtifactImageOptions) {
  const { registry, registries, base } = shared
  await using directory = await temporaryDirectory()
  const { layers, execution } = artifactImage(artifact)
  const blobs = new BlobDirectory(join(directory.path, "layout"))
  const image = await buildImage({ base, platform: HOST, layers, execution, blobs })
  const to = parseReference(`${registry}/acme/${artifact.kind}:v1`)
  const pushed = await pushImage(image, { registries, to })
  const inspected = JSON.parse(
    await runProgram("skopeo", ["inspect", "--tls-verify=false", `docker://${registry}/acme/${artifact.kind}:v1`]),
  )
  const { root, config } = await unpackImage(`${registry}/acme/${artifact.kind}@${image.digest}`, directory.path)
  return { image, pushed, inspected, root, config, told: await askImage(root, config.config) }
}

const PROGRAM_FILES = [
  text("index.mjs", PROGRAM),
  text("data.txt", "carried"),
  text("manifest.json", '{"kind":"program","entry":"index.mjs"}'),
]

test("an image of a program runs as nobody, in its own folder, and skopeo reads it by our digest", async () => {
  const { image, pushed, inspected, config, told } = await publish({
    kind: "program",
    entry: "index.mjs",
    files: PROGRAM_FILES,
  })
  expect(inspected).toMatchObject({ Digest: image.digest, Architecture: HOST.architecture, Os: "linux" })
  expect(inspected.Layers).toEqual(image.layers.map(({ descriptor }) => descriptor.digest))
  expect(config.config).toMatchObject({ User: "65532:65532", WorkingDir: "/app" })
  expect(told).toEqual({ uid: 65532, cwd: "/app", home: "/app", state: "written", data: "carried" })
  // The base lies in the same registry: nothing of it is sent again.
  expect(pushed.blobs.map(({ arrival }) => arrival).sort()).toEqual(["mounted", "sent", "sent", "sent"])
}, 120_000)

test("an image of a worker is served by the runtime in a layer of its own", async () => {
  const runtime = {
    entry: "main.mjs",
    files: [
      text(
        "main.mjs",
        `import { createServer } from "node:http"; import { join } from "node:path"
const { default: handler } = await import(join(process.argv[2], "index.mjs"))
const server = createServer((_, response) => response.end(JSON.stringify(handler.fetch())))
server.listen(0, process.env.ALIEN_HOST, () => console.log(server.address().port))`,
      ),
    ],
  }
  const files = [
    text("index.mjs", "export default { fetch: () => ({ uid: process.getuid(), port: process.env.PORT }) }"),
  ]
  const { told, image } = await publish({ kind: "worker", entry: "index.mjs", files, runtime })
  expect(told).toEqual({ uid: 65532, port: "8080" })
  expect(image.written.map(({ name }) => name)).toEqual(["runtime", "program"])
}, 120_000)

test("an image of a command runs a file of the artifact with its arguments", async () => {
  const script = `#!/bin/sh\nexec node "$1"\n`
  const { told } = await publish({
    kind: "command",
    files: [text("bin/start", script, true), ...PROGRAM_FILES],
    command: ["bin/start", "index.mjs"],
  })
  expect(told).toMatchObject({ uid: 65532, cwd: "/app" })
}, 120_000)

test("an image layout is copied by skopeo, with the same digest, base and all", async () => {
  await using directory = await temporaryDirectory()
  const layout = join(directory.path, "layout")
  const blobs = new BlobDirectory(layout)
  const image = await buildImage({
    base: shared.base,
    platform: HOST,
    blobs,
    ...artifactImage({ kind: "program", entry: "index.mjs", files: PROGRAM_FILES }),
  })
  await writeLayout(image, { directory: layout, blobs, tag: "v1" })
  await runProgram("skopeo", ["copy", `oci:${layout}:v1`, `oci:${join(directory.path, "copy")}:v1`])
  const index = JSON.parse(await readFile(join(directory.path, "copy/index.json"), "utf8"))
  expect(index.manifests[0].digest).toBe(image.digest)
  expect((await readdir(join(layout, "blobs/sha256"))).length).toBe(image.layers.length + 2)
}, 120_000)
