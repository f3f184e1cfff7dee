import { mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { makeDirectory, makeDirectorySync } from "./make-directory.ts"

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "alien-make-directory-"))
})
afterEach(() => rm(directory, { recursive: true }))

describe.each([
  ["makeDirectory", makeDirectory],
  ["makeDirectorySync", async (path: string, mode?: number) => makeDirectorySync(path, mode)],
])("%s: it", (_, make) => {
  test("makes what is missing, all of it with the mode, and leaves what is there", async () => {
    const path = join(directory, "a/b/c")
    await make(path, 0o700)
    await writeFile(join(path, "kept"), "yes")
    await make(path, 0o755)
    expect(await readFile(join(path, "kept"), "utf8")).toBe("yes")
    for (const made of ["a", "a/b", "a/b/c"]) expect((await stat(join(directory, made))).mode & 0o777).toBe(0o700)
  })

  test("takes a link to a directory for one", async () => {
    await make(join(directory, "real"))
    await symlink("real", join(directory, "link"))
    await make(join(directory, "link/below"))
    await make(join(directory, "link"))
    expect((await stat(join(directory, "real/below"))).isDirectory()).toBe(true)
  })

  test("says what the system says of a file in the way and of a link to nowhere", async () => {
    await writeFile(join(directory, "file"), "")
    await symlink("nowhere", join(directory, "dangling"))
    await expect(make(join(directory, "file"))).rejects.toMatchObject({ code: "EEXIST" })
    await expect(make(join(directory, "file/below"))).rejects.toMatchObject({ code: "ENOTDIR" })
    await expect(make(join(directory, "dangling/below"))).rejects.toMatchObject({ code: "EEXIST" })
  })

  // With `recursive` Node would never return here.
  test.skipIf(process.platform !== "linux").each(["/proc/alien", "/proc/alien/below", "/proc/self/alien/below/that"])(
    "ends with the system's error for %s, where a directory is there and takes none",
    async (path) => {
      await expect(make(path)).rejects.toMatchObject({ code: "ENOENT", syscall: "mkdir" })
    },
  )

  test("ends at the root", async () => {
    await make("/")
  })
})
