import { mkdtemp, open, readdir, rename, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { type FileSystem, requireFileSystem } from "./file-system.ts"

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "alien-file-system-"))
})
afterEach(() => rm(directory, { recursive: true }))

const usual: FileSystem = { open, rename, stat }
const refused = (code: string) => Promise.reject(Object.assign(new Error(`${code}: refused`), { code }))
const withoutSync = (async (...args: Parameters<typeof open>) => {
  const handle = await open(...args)
  handle.sync = () => refused("EINVAL")
  return handle
}) as typeof open
const everybodyReads = (async (path: string) => ({ ...(await stat(path)), mode: 0o100777 })) as unknown as typeof stat

test("a usual file system passes, and nothing stays behind", async () => {
  await requireFileSystem(directory)
  expect(await readdir(directory)).toEqual([])
})

test.each<[string, Partial<FileSystem>, RegExp]>([
  ["replace by renaming", { rename: () => refused("EEXIST") }, /cannot replace a file by renaming another \(EEXIST/],
  ["write through", { open: withoutSync }, /cannot write a file through to the disk \(EINVAL/],
  ["keep modes", { stat: everybodyReads }, /keeps no modes: a file of mode 600 got 777/],
])("one that cannot %s is refused by name, and nothing stays behind", async (_, changes, message) => {
  const failure = requireFileSystem(directory, { ...usual, ...changes })
  await expect(failure).rejects.toMatchObject({
    code: "data_directory_unsuitable",
    message: expect.stringMatching(message),
  })
  expect(await readdir(directory)).toEqual([])
})

test("a directory that cannot be written is told as such", async () => {
  const failure = requireFileSystem(directory, { ...usual, open: () => refused("EROFS") })
  await expect(failure).rejects.toMatchObject({ code: "store_unavailable", message: expect.stringContaining("EROFS") })
})
