import { createHash } from "node:crypto"
import { access, chmod, readdir, readFile, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { type Header, pack } from "tar-stream"
import { expect, test } from "vitest"
import { temporaryDirectory } from "../testing/temporary.ts"
import { addonTarget, HOST_TARGET } from "./manifest.ts"
import { refuseOtherTarget } from "./refuse-other-target.ts"
import { unpackArtifact } from "./unpack.ts"

type Entry = Partial<Header> & Pick<Header, "name">

const MANIFEST = JSON.stringify({ kind: "worker", entry: "index.mjs" })
const GOOD: [Entry, string?][] = [
  [{ name: "index.mjs" }, "export default { fetch: () => new Response('ok') }"],
  [{ name: "manifest.json" }, MANIFEST],
]

async function artifactIn(directory: string, entries: [Entry, string?][]) {
  const tar = pack()
  for (const [header, content = ""] of entries) tar.entry({ ...header, mtime: new Date(0) }, content)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return put(directory, gzipSync(Buffer.concat(chunks)))
}

async function put(directory: string, bytes: Buffer) {
  const file = join(directory, "artifact.tar.gz")
  await writeFile(file, bytes)
  return { file, sha256: createHash("sha256").update(bytes).digest("hex"), into: join(directory, "artifacts") }
}

const refusal = async (entries: [Entry, string?][]) => {
  await using directory = await temporaryDirectory()
  const options = await artifactIn(directory.path, entries)
  const error = await unpackArtifact(options).then(
    () => undefined,
    (reason) => reason,
  )
  expect(await readdir(options.into)).toEqual([])
  await expect(access(join(directory.path, "escaped"))).rejects.toThrow()
  return error
}

test("it unpacks into a directory named by the hash, once", async () => {
  await using directory = await temporaryDirectory()
  const options = await artifactIn(directory.path, GOOD)
  const [first, twin] = await Promise.all([unpackArtifact(options), unpackArtifact(options)])
  expect(first).toEqual({
    directory: join(options.into, options.sha256),
    manifest: { kind: "worker", entry: "index.mjs" },
  })
  expect(twin).toEqual(first)
  expect(await readdir(options.into)).toEqual([options.sha256])
  expect(await readFile(join(first.directory, "manifest.json"), "utf8")).toBe(MANIFEST)
  expect((await stat(join(first.directory, "index.mjs"))).mode & 0o777).toBe(0o400)
  await writeFile(options.file, "gone")
  expect(await unpackArtifact(options)).toEqual(first)
})

const executable = (target: unknown): [Entry, string?][] => [
  [{ name: "bin/agent", mode: 0o644 }, "#!/bin/false"],
  [{ name: "lib/other", mode: 0o644 }, "not its entry"],
  [{ name: "lib/tool", mode: 0o755 }, "a program of its own"],
  [{ name: "manifest.json" }, JSON.stringify({ kind: "executable", entry: "bin/agent", target })],
]

test("it makes executable what the archive calls so and the entry of an executable, again where it is not any more", async () => {
  await using directory = await temporaryDirectory()
  const options = await artifactIn(directory.path, executable(HOST_TARGET))
  const found = await unpackArtifact(options)
  expect(found.manifest).toEqual({ kind: "executable", entry: "bin/agent", target: HOST_TARGET })
  const mode = async (path: string) => (await stat(join(found.directory, path))).mode & 0o777
  const modes = await Promise.all(["bin/agent", "lib/other", "lib/tool", "manifest.json"].map(mode))
  expect(modes).toEqual([0o500, 0o400, 0o500, 0o400])
  await chmod(join(found.directory, "bin/agent"), 0o600)
  expect(await unpackArtifact(options)).toEqual(found)
  expect(await mode("bin/agent")).toBe(0o500)
})

test("it refuses an executable of other machines with both targets, also one that was unpacked elsewhere", async () => {
  const foreign = executable("plan9-vax")
  const mismatch = {
    code: "artifact_target_mismatch",
    message: expect.stringContaining(`for plan9-vax, and this machine is ${HOST_TARGET}`),
  }
  expect(await refusal(foreign)).toMatchObject(mismatch)
  expect(await refusal(executable("../x"))).toMatchObject({ code: "artifact_invalid" })
  await using directory = await temporaryDirectory()
  const options = await artifactIn(directory.path, executable(HOST_TARGET))
  const found = await unpackArtifact(options)
  await writeFile(join(found.directory, "manifest.json"), foreign.at(-1)?.[1] ?? "")
  await expect(unpackArtifact(options)).rejects.toMatchObject(mismatch)
})

test("it takes compiled packages for this machine, and refuses those for others and an archive that lacks a file", async () => {
  const worker = (more: object): [Entry, string?][] => [
    [{ name: "index.mjs" }, "export default {}"],
    [{ name: "manifest.json" }, JSON.stringify({ kind: "worker", entry: "index.mjs", ...more })],
  ]
  await using directory = await temporaryDirectory()
  const own = { files: ["index.mjs"], target: addonTarget() }
  const options = await artifactIn(directory.path, worker(own))
  expect((await unpackArtifact(options)).manifest).toMatchObject(own)
  const otherLibc = HOST_TARGET === addonTarget() ? `${HOST_TARGET}-musl` : HOST_TARGET
  const message = `for ${otherLibc}, and this machine is ${addonTarget()}; build and release with --target ${addonTarget()}`
  const mismatch = { code: "artifact_target_mismatch", message: expect.stringContaining(message) }
  expect(await refusal(worker({ target: otherLibc }))).toMatchObject(mismatch)
  expect(await refusal(worker({ files: ["lost.txt"] }))).toMatchObject({
    code: "artifact_invalid",
    message: expect.stringContaining(`its file "lost.txt" is not in it`),
  })
})

test("a packed artifact for other machines is refused, and no other one", async () => {
  await using directory = await temporaryDirectory()
  const refusalOf = async (entries: [Entry, string?][]) =>
    refuseOtherTarget((await artifactIn(directory.path, entries)).file).then(
      () => undefined,
      (error) => error.code,
    )
  const rest: [Entry, string?][] = Array.from({ length: 50 }, (_, index) => [{ name: `z${index}` }, "z".repeat(99_999)])
  expect(await refusalOf([...executable("plan9-vax"), ...rest])).toBe("artifact_target_mismatch")
  expect(await refusalOf([...executable(HOST_TARGET), ...rest])).toBeUndefined()
  expect(await refusalOf(rest)).toBeUndefined()
  await writeFile(join(directory.path, "artifact.tar.gz"), "no archive")
  expect(await refuseOtherTarget(join(directory.path, "artifact.tar.gz"))).toBeUndefined()
})

test.each([
  ["a path that climbs", { name: "../escaped" }],
  ["a path that climbs from within", { name: "a/../../escaped" }],
  ["an absolute path", { name: "/escaped" }],
  ["a link to an absolute path", { name: "link", type: "symlink", linkname: "/etc/passwd" }],
  ["a link that climbs", { name: "a/link", type: "symlink", linkname: "../../escaped" }],
  ["a link that climbs from within", { name: "a/b/link", type: "symlink", linkname: "c/../.." }],
  ["a link that only climbs", { name: "link", type: "symlink", linkname: ".." }],
  ["a link to nothing", { name: "link", type: "symlink", linkname: "" }],
  ["a hard link", { name: "link", type: "link", linkname: "index.mjs" }],
  ["a device", { name: "null", type: "character-device" }],
  ["a pipe", { name: "pipe", type: "fifo" }],
  ["a backslash", { name: "..\\escaped" }],
  ["a control character", { name: "a\nb" }],
] satisfies [string, Entry][])("it refuses %s", async (_, header) => {
  expect(await refusal([[header], ...GOOD])).toMatchObject({ code: "artifact_unsafe" })
})

test("it keeps links within the artifact, and refuses a file that lies below one", async () => {
  await using directory = await temporaryDirectory()
  const links: [Entry, string?][] = [
    [{ name: "node_modules/a", type: "symlink", linkname: ".store/a" }],
    [{ name: "node_modules/.store/b/c/a", type: "symlink", linkname: "../../a" }],
    [{ name: "here/self", type: "symlink", linkname: ".." }],
    [{ name: "node_modules/.store/a/index.js" }, "text of a"],
  ]
  const found = await unpackArtifact(await artifactIn(directory.path, [...links, ...GOOD]))
  const text = await readFile(join(found.directory, "node_modules/.store/b/c/a/index.js"), "utf8")
  expect(text).toBe("text of a")
  const below: [Entry, string?][] = [[{ name: "up", type: "symlink", linkname: "a" }], [{ name: "up/x" }, "text"]]
  expect(await refusal([...below, ...GOOD])).toMatchObject({ code: "artifact_unsafe" })
})

test("it refuses a file that comes twice", async () => {
  expect(await refusal([...GOOD, ...GOOD])).toMatchObject({ code: "artifact_invalid" })
})

test("it refuses a missing or wrong manifest", async () => {
  expect(await refusal(GOOD.slice(0, 1))).toMatchObject({ code: "artifact_invalid" })
  expect(await refusal(GOOD.slice(1))).toMatchObject({ code: "artifact_invalid" })
  expect(await refusal([[{ name: "manifest.json" }, "{"]])).toMatchObject({ code: "artifact_invalid" })
})

test("it refuses more than the limits, before writing it", async () => {
  await using directory = await temporaryDirectory()
  const options = await artifactIn(directory.path, [[{ name: "zeros" }, "0".repeat(100_000)], ...GOOD])
  await expect(unpackArtifact({ ...options, limits: { bytes: 50_000, files: 10 } })).rejects.toMatchObject({
    code: "artifact_too_large",
  })
  await expect(unpackArtifact({ ...options, limits: { bytes: 1e6, files: 2 } })).rejects.toMatchObject({
    code: "artifact_too_large",
  })
  expect(await readdir(options.into)).toEqual([])
})

test("it refuses other bytes than the hash says, cut ones, and none", async () => {
  await using directory = await temporaryDirectory()
  const options = await artifactIn(directory.path, GOOD)
  const other = "0".repeat(64)
  await expect(unpackArtifact({ ...options, sha256: other })).rejects.toMatchObject({ code: "artifact_hash_mismatch" })
  const bytes = await readFile(options.file)
  const cut = await put(directory.path, bytes.subarray(0, bytes.length - 20))
  await expect(unpackArtifact(cut)).rejects.toMatchObject({ code: "artifact_invalid" })
  const text = await put(directory.path, Buffer.from("not a tar.gz"))
  await expect(unpackArtifact(text)).rejects.toMatchObject({ code: "artifact_invalid" })
  await expect(unpackArtifact({ ...options, file: join(directory.path, "no") })).rejects.toMatchObject({
    code: "artifact_missing",
  })
  await expect(unpackArtifact({ ...options, sha256: "../../x" })).rejects.toMatchObject({ code: "artifact_invalid" })
  expect(await readdir(options.into)).toEqual([])
})
