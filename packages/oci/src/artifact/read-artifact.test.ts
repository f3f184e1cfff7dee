import { access, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { buffer } from "node:stream/consumers"
import { gzipSync } from "node:zlib"
import { type Header, pack } from "tar-stream"
import { expect, test } from "vitest"
import { temporaryDirectory } from "../testing/temporary-directory.ts"
import { type ReadArtifactOptions, readArtifact } from "./read-artifact.ts"

type Entry = [Partial<Header> & Pick<Header, "name">, string?]

const GOOD: Entry[] = [
  [{ name: "bin/agent", mode: 0o755 }, "#!/bin/false"],
  [{ name: "data.txt" }, "data"],
  [{ name: "manifest.json" }, '{"kind":"executable","entry":"bin/agent","target":"linux-x64","files":[]}'],
]

async function read(entries: Entry[], options: Partial<ReadArtifactOptions> = {}) {
  await using directory = await temporaryDirectory()
  const tar = pack()
  for (const [header, content = ""] of entries) tar.entry({ ...header, mtime: new Date(0) }, content)
  tar.finalize()
  const file = join(directory.path, "artifact.tar.gz")
  await writeFile(file, gzipSync(await buffer(tar)))
  const found = await readArtifact({ file, into: join(directory.path, "in/files"), ...options }).catch((error) => error)
  for (const escaped of ["escaped", "in/escaped"]) await expect(access(join(directory.path, escaped))).rejects.toThrow()
  return found
}

test("an artifact: it is read with its kind, its files, and who may run them", async () => {
  const artifact = await read(GOOD)
  expect(artifact).toMatchObject({ kind: "executable", entry: "bin/agent", target: "linux-x64" })
  expect(artifact.files).toMatchObject([
    { path: "bin/agent", executable: true, content: { size: 12 } },
    { path: "data.txt", executable: false, content: { size: 4 } },
    { path: "manifest.json" },
  ])
})

test.each([
  ["a path that climbs", [[{ name: "../escaped" }]], "image_file_refused"],
  ["an absolute path", [[{ name: "/escaped" }]], "image_file_refused"],
  ["a link that leaves it", [[{ name: "x", type: "symlink", linkname: "/etc/passwd" }]], "image_file_refused"],
  ["a link that climbs", [[{ name: "x", type: "symlink", linkname: "../y" }]], "image_file_refused"],
  ["a hard link", [[{ name: "x", type: "link", linkname: "data.txt" }]], "image_file_refused"],
  [
    "a file below a link",
    [[{ name: "x", type: "symlink", linkname: "bin" }], [{ name: "x/escaped" }]],
    "image_file_refused",
  ],
  ["a device", [[{ name: "x", type: "character-device" }]], "image_file_refused"],
  ["a file that comes twice", [[{ name: "data.txt" }]], "artifact_invalid"],
] satisfies [string, Entry[], string][])("an artifact: it is refused with %s", async (_, entries, code) => {
  expect(await read([...GOOD, ...entries])).toMatchObject({ code })
})

test("an artifact of a command: its folder is read, with its links, and nothing beside it", async () => {
  const manifest: Entry = [{ name: "manifest.json" }, '{"kind":"command","root":"app","target":"linux-x64"}']
  const files: Entry[] = [
    [{ name: "app/main.py" }, "print()"],
    [{ name: "app/latest", type: "symlink", linkname: "main.py" }],
    [{ name: "beside" }, ""],
  ]
  const artifact = await read([...files, manifest])
  expect(artifact).toMatchObject({ kind: "command", target: "linux-x64" })
  expect(artifact.files).toMatchObject([{ path: "main.py" }, { path: "latest", link: "main.py" }])
  expect(await read([[{ name: "app/x", type: "symlink", linkname: "../beside" }], ...files, manifest])).toMatchObject({
    code: "image_file_refused",
  })
})

test("an artifact: it is refused without a manifest, as another file, and over its limits", async () => {
  expect(await read(GOOD.slice(0, 2))).toMatchObject({ code: "artifact_invalid" })
  expect(await read(GOOD, { maxBytes: 20 })).toMatchObject({ code: "artifact_too_large" })
  expect(await read(GOOD, { maxFiles: 2 })).toMatchObject({ code: "artifact_too_large" })
  expect(await read(GOOD, { file: process.execPath })).toMatchObject({ code: "artifact_invalid" })
  expect(await read([[{ name: "manifest.json" }, '{"kind":"other"}']])).toMatchObject({ code: "image_invalid" })
})
