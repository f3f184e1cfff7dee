import { buffer } from "node:stream/consumers"
import { expect, test } from "vitest"
import { artifactImage } from "../artifact/artifact-image.ts"
import { parseConfig } from "../documents/config.ts"
import type { LayerFile } from "../layer/layer-file.ts"
import { BlobDirectory } from "../layout/blob-directory.ts"
import { parsePlatform } from "../reference/platform.ts"
import { temporaryDirectory } from "../testing/temporary-directory.ts"
import { type BuildImageOptions, buildImage } from "./build-image.ts"
import type { Blob } from "./image.ts"

const text = (path: string, content: string): LayerFile => ({ path, content: { bytes: Buffer.from(content) } })
const AMD64 = parsePlatform("linux/amd64")

const bytesOf = ({ source }: Blob) => buffer(source.read(0))

async function built(options: Partial<BuildImageOptions>) {
  await using directory = await temporaryDirectory()
  const blobs = new BlobDirectory(directory.path)
  const image = await buildImage({ platform: AMD64, layers: [], execution: {}, blobs, ...options })
  const config = JSON.parse((await bytesOf(image.config)).toString())
  return { image, config, manifest: JSON.parse(Buffer.from(image.manifest).toString()) }
}

const FILES = [text("index.mjs", "export default {}"), text("index.mjs.map", "{}"), text("manifest.json", "{}")]
const RUNTIME = { entry: "main.mjs", files: [text("main.mjs", "serve()")] }

test("an image: it has the same digest on every machine", async () => {
  const artifact = artifactImage({ kind: "worker", entry: "index.mjs", files: FILES, runtime: RUNTIME })
  const { image } = await built(artifact)
  expect(image.digest).toBe("sha256:d500cf4182d39ccb3f3aba01a3bb24e8791263b41a3a823b90f8dafa45709bbc")
  const other = await built({ ...artifact, platform: parsePlatform("linux/arm64") })
  expect(other.image.digest).not.toBe(image.digest)
  expect(other.image.layers.map(({ descriptor }) => descriptor)).toEqual(
    image.layers.map(({ descriptor }) => descriptor),
  )
})

test("an image: it puts what changes least lowest, and an update of the program changes one layer", async () => {
  const artifact = (program: string) =>
    artifactImage({
      kind: "worker",
      entry: "index.mjs",
      files: [
        text("index.mjs", program),
        text("node_modules/sharp/sharp.node", "native"),
        text("public/logo.svg", "<svg/>"),
      ],
      runtime: RUNTIME,
    })
  const [before, after] = [await built(artifact("one")), await built(artifact("two"))]
  expect(before.image.written.map(({ name }) => name)).toEqual(["runtime", "packages", "files", "program"])
  const digests = (image: typeof before.image) => image.layers.map(({ descriptor }) => descriptor.digest)
  expect(digests(after.image).slice(0, 3)).toEqual(digests(before.image).slice(0, 3))
  expect(digests(after.image)[3]).not.toBe(digests(before.image)[3])
  expect(before.config.config).toEqual({
    User: "65532:65532",
    ExposedPorts: { "8080/tcp": {} },
    Env: ["ALIEN_HOST=0.0.0.0", "HOME=/app", "PORT=8080"],
    Entrypoint: ["node", "/opt/alien/runtime/main.mjs", "/app"],
    WorkingDir: "/app",
    StopSignal: "SIGTERM",
  })
})

test("an image: it keeps what its base has, but neither how that starts nor Docker's names of layers", async () => {
  const base = await built({
    layers: [{ name: "base", files: [text("etc/os-release", "x")] }],
    execution: {
      entrypoint: ["/docker-entrypoint.sh"],
      cmd: ["node"],
      env: { PATH: "/bin", LANG: "C" },
      labels: { a: "1" },
      user: "node",
      exposedPorts: ["80/tcp"],
    },
  })
  const [layer] = base.image.layers
  if (!layer) throw new Error("the base has a layer")
  const dockers = {
    ...layer,
    descriptor: { ...layer.descriptor, mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip" },
  }
  const { config, manifest } = await built({
    base: {
      image: { ...base.image, layers: [dockers] },
      config: parseConfig(await bytesOf(base.image.config), "base"),
      name: "docker.io/library/node:24",
    },
    layers: [{ name: "app", files: FILES }],
    execution: { entrypoint: ["/app/run"], env: { LANG: "C.UTF-8", B: "2" }, labels: { b: "2" } },
  })
  expect(config.config).toEqual({
    User: "node",
    ExposedPorts: { "80/tcp": {} },
    Env: ["PATH=/bin", "B=2", "LANG=C.UTF-8"],
    Entrypoint: ["/app/run"],
    Labels: { a: "1", b: "2" },
  })
  expect(config.rootfs.diff_ids[0]).toBe(base.config.rootfs.diff_ids[0])
  expect(config.history.map(({ comment }: { comment: string }) => comment)).toEqual(["base", "app"])
  expect(manifest.layers[0]).toEqual(layer.descriptor)
  expect(manifest.annotations).toEqual({
    "org.opencontainers.image.base.digest": base.image.digest,
    "org.opencontainers.image.base.name": "docker.io/library/node:24",
  })
})

test("an image: it is refused on a base for another platform", async () => {
  const base = await built({ platform: parsePlatform("linux/arm64") })
  const config = parseConfig(await bytesOf(base.image.config), "base")
  await expect(built({ base: { image: base.image, config } })).rejects.toMatchObject({ code: "image_platform_missing" })
})
