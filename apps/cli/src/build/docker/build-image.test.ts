import { chmod, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { gunzip } from "node:zlib"
import { afterEach, expect, test, vi } from "vitest"
import { wholeTar } from "../archive.ts"
import { type Folder, folderWith } from "../files.fixture.ts"
import type { BuildStep } from "../source.ts"
import { unpack } from "../unpack.fixture.ts"
import { buildImage } from "./build-image.ts"
import { repack } from "./repack.ts"

afterEach(() => {
  vi.unstubAllEnvs()
})

/** What an engine saves; `extra` is what it adds beside the image. */
const saved = (extra: Record<string, string>, layer = "layer") =>
  wholeTar({
    "blobs/config": `{"rootfs":{}}`,
    "blobs/layer": layer,
    "manifest.json": JSON.stringify([{ Config: "blobs/config", RepoTags: null, Layers: ["blobs/layer"] }]),
    ...extra,
  })

/** A `docker` that prints a step, writes `image.tar` of the folder where it is asked to, or fails with the words in `fails`. */
const DOCKER = `#!/bin/sh
if [ "$1" = build ]; then
  echo "$@" > "$HERE/asked"
  echo "#4 [2/3] RUN npm ci" >&2
  if [ -f "$HERE/fails" ]; then cat "$HERE/fails" >&2; exit 1; fi
  printf 'sha256:abc' > "$5"
else
  cp "$HERE/image.tar" "$3"
fi
`

async function project(files: Record<string, string> = {}) {
  const folder = await folderWith({ "web/Dockerfile": "FROM scratch", docker: DOCKER, ...files })
  await writeFile(join(folder.path, "image.tar"), await saved({}))
  await chmod(join(folder.path, "docker"), 0o700)
  vi.stubEnv("PATH", `${folder.path}:${process.env.PATH}`)
  vi.stubEnv("HERE", folder.path)
  return folder
}

const build = ({ path }: Folder, onStep: (step: BuildStep) => void = () => undefined, more: object = {}) =>
  buildImage({
    resource: { id: "web", type: "container" },
    toolchain: { type: "docker", ...more },
    src: join(path, "web"),
    directory: path,
    onStep,
  })

test("it builds with what the stack says, tells each step, and packs the image under a name of its content", async () => {
  await using folder = await project({ "web/Other": "FROM scratch" })
  const steps: BuildStep[] = []
  const more = { dockerfile: "Other", target: "prod", buildArgs: { VERSION: "1" } }
  const { packed, inputs } = await build(folder, (step) => steps.push(step), more)
  expect(steps).toEqual([{ detail: "2 of 3: RUN npm ci", share: 1 / 3 }])
  expect(await readFile(join(folder.path, "asked"), "utf8")).toMatch(
    /^build --file \S+\/web\/Other --iidfile \S+ --target prod --build-arg VERSION=1 \S+\/web\n$/,
  )
  expect(inputs).toEqual([join(folder.path, "web"), join(folder.path, "web/Other")])
  const { files } = await unpack(Buffer.from(packed))
  expect(JSON.parse(files["manifest.json"] ?? "")).toEqual({
    kind: "image",
    entry: "image.tar",
    image: expect.stringMatching(/^localhost\/alien-build:[0-9a-f]{64}$/),
  })
  expect((await promisify(gunzip)(packed)).includes("layer")).toBe(true)
})

test("it is build_failed with the last lines", async () => {
  await using folder = await project({ fails: "npm error missing script\n" })
  await expect(build(folder)).rejects.toMatchObject({
    code: "build_failed",
    message: expect.stringContaining("npm error missing script"),
  })
})

test("it says so where there is no Dockerfile, and neither docker nor podman", async () => {
  await using folder = await project()
  await expect(build(folder, undefined, { dockerfile: "None" })).rejects.toMatchObject({ code: "source_not_found" })
  vi.stubEnv("PATH", join(folder.path, "web"))
  await expect(build(folder)).rejects.toMatchObject({
    code: "docker_not_found",
    message: expect.stringContaining(folder.path),
  })
})

test("it writes the same image as the same bytes, whatever an engine adds, and another one as others", async () => {
  await using folder = await folderWith({})
  const write = async (tar: Uint8Array) => {
    const file = join(folder.path, "saved.tar")
    await writeFile(file, tar)
    return Buffer.from((await repack(file)).tar).toString("latin1")
  }
  const first = await write(await saved({}))
  expect(await write(await saved({ "index.json": "{}", repositories: "{}" }))).toBe(first)
  expect(await write(await saved({}, "another layer"))).not.toBe(first)
})
