import { createHash } from "node:crypto"
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { BlobDirectory } from "../layout/blob-directory.ts"
import { entriesOf } from "../testing/entries-of.ts"
import { temporaryDirectory } from "../testing/temporary-directory.ts"
import { filesIn } from "./files-in.ts"
import type { LayerFile } from "./layer-file.ts"
import { type LayerContent, writeLayer } from "./write-layer.ts"

const text = (path: string, content: string): LayerFile => ({ path, content: { bytes: Buffer.from(content) } })

/** Compresses to several blocks of deflate and has no two lines alike. */
const LONG = Array.from({ length: 40_000 }, (_, line) => `${line} ${(line * 7919) % 104_729}\n`).join("")

const written = async (content: Partial<LayerContent>) => {
  await using directory = await temporaryDirectory()
  const layer = await writeLayer({ name: "app", files: [], ...content }, new BlobDirectory(directory.path))
  return { ...layer, bytes: await readFile(layer.file) }
}

test("a layer: it has the same digest on every machine", async () => {
  const owner = { uid: 65532, gid: 65532 }
  const { digest, diffId } = await written({
    files: [
      text("app/index.mjs", LONG),
      { ...text("app/bin/agent", "#!/bin/sh\n"), executable: true } as LayerFile,
      { path: "app/latest", link: "bin/agent" },
      text(`app/${"long/".repeat(60)}ä.txt`, "of a long name"),
    ],
    root: "app",
    owner,
  })
  expect({ digest, diffId }).toEqual({
    digest: "sha256:ef22a017541cdd757f6b55d0f9825825f053260cd4852ac35c79dfcb2863b35e",
    diffId: "sha256:b0391d4df1c748a9fdba815446aa99e39f10e4f9f84e8361fc96d7a172186e2a",
  })
})

test("a layer: it is sorted, has fixed times, modes and owner, and its folders from the root downwards", async () => {
  const files = [text("opt/app/b/c", "C"), text("opt/app/a", "A"), { path: "opt/app/empty", directory: true as const }]
  const owner = { uid: 1, gid: 2 }
  const { bytes, size, digest, diffId, tarBytes } = await written({ files, root: "opt/app", owner })
  const entries = await entriesOf(bytes)
  const common = { uid: 1, gid: 2, mtime: new Date(0), uname: "", gname: "" }
  expect(entries.map(({ header: { name, type, mode } }) => [name, type, mode])).toEqual([
    ["opt/app/", "directory", 0o755],
    ["opt/app/a", "file", 0o644],
    ["opt/app/b/", "directory", 0o755],
    ["opt/app/b/c", "file", 0o644],
    ["opt/app/empty/", "directory", 0o755],
  ])
  for (const { header } of entries) expect(header).toMatchObject(common)
  const unpacked = gunzipSync(bytes)
  expect([size, tarBytes]).toEqual([bytes.length, unpacked.length])
  expect(digest).toBe(`sha256:${createHash("sha256").update(bytes).digest("hex")}`)
  expect(diffId).toBe(`sha256:${createHash("sha256").update(unpacked).digest("hex")}`)
  const reversed = await written({ files: [...files].reverse(), root: "opt/app", owner })
  expect(reversed.digest).toBe(digest)
})

test("a layer: it streams files of a folder, and neither their times nor how they are read changes it", async () => {
  await using source = await temporaryDirectory()
  await mkdir(join(source.path, "bin"))
  await writeFile(join(source.path, "bin/run"), LONG, { mode: 0o700 })
  await symlink("bin/run", join(source.path, "run"))
  const fromFolder = await written({ files: await filesIn(source.path, "app") })
  const fromMemory = await written({
    files: [
      { path: "app/bin/run", content: { bytes: Buffer.from(LONG) }, executable: true },
      { path: "app/run", link: "bin/run" },
    ],
  })
  expect(fromFolder.digest).toBe(fromMemory.digest)
  expect(gunzipSync(fromFolder.bytes).includes(LONG)).toBe(true)
})

test.each([
  ["a path that climbs", text("app/../../etc/passwd", "")],
  ["an absolute path", text("/etc/passwd", "")],
  ["a backslash", text("app\\x", "")],
  ["a whiteout", text("app/.wh.index.mjs", "")],
  ["a link that leaves the image", { path: "app/x", link: "../../etc" }],
  ["an absolute link", { path: "app/x", link: "/etc" }],
  ["a file of 8 GiB", { path: "app/x", content: { file: "x", size: 8 * 1024 ** 3 } }],
] satisfies [string, LayerFile][])("a layer: it refuses %s, and leaves no file", async (_, file) => {
  await using directory = await temporaryDirectory()
  const writing = writeLayer({ name: "app", files: [file] }, new BlobDirectory(directory.path))
  await expect(writing).rejects.toMatchObject({ code: "image_file_refused" })
  expect(await readdir(join(directory.path, "blobs/sha256")).catch(() => [])).toEqual([])
})

test("a layer: it refuses what is there twice, and a file that is a folder too", async () => {
  const refusal = { code: "image_file_refused" }
  await expect(written({ files: [text("a", "1"), text("a", "2")] })).rejects.toMatchObject(refusal)
  await expect(written({ files: [text("a", "1"), text("a/b", "2")] })).rejects.toMatchObject(refusal)
})

test("a layer: it refuses a file that grew or went while it was built, and leaves no file", async () => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, "x")
  await writeFile(file, "longer than said")
  const blobs = new BlobDirectory(directory.path)
  for (const content of [
    { file, size: 3 },
    { file, size: 100 },
    { file: `${file}y`, size: 1 },
  ])
    await expect(writeLayer({ name: "app", files: [{ path: "x", content }] }, blobs)).rejects.toMatchObject({
      code: "image_file_refused",
    })
  expect(await readdir(join(directory.path, "blobs/sha256"))).toEqual([])
})

test("a folder's files: it refuses links that leave it", async () => {
  await using source = await temporaryDirectory()
  await symlink("/etc/passwd", join(source.path, "x"))
  await expect(filesIn(source.path, "app")).rejects.toMatchObject({ code: "image_file_refused" })
})
