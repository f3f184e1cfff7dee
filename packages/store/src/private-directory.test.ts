import { chmod, mkdir, mkdtemp, rm, stat, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { makePrivateDirectory, refuseSharedDirectory, sharedBecause } from "./private-directory.ts"
import { lockDataDirectory } from "./sqlite/lock.ts"

let parent: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "store-private-"))
})
afterEach(() => rm(parent, { recursive: true }))

test.each([
  [0o700, 1000, undefined],
  [0o755, 1000, undefined],
  [0o770, 1000, "can be written by others (mode 770)"],
  [0o702, 1000, "can be written by others (mode 702)"],
  [0o1777, 1000, "can be written by others (mode 777)"],
  [0o700, 0, "belongs to user 0, and this process is user 1000"],
])("mode %o of user %i, for user 1000: %s", (mode, uid, reason) => {
  expect(sharedBecause({ uid, mode }, 1000)).toBe(reason)
})

test("makes one that only its owner may enter", async () => {
  const directory = join(parent, "deep", "data")
  await makePrivateDirectory(directory)
  expect((await stat(directory)).mode & 0o777).toBe(0o700)
})

test.each([0o777, 0o770, 0o720])(
  "refuses one of mode %o before anything is written there, and says what to do",
  async (mode) => {
    const directory = join(parent, "data")
    await mkdir(directory)
    await chmod(directory, mode)
    const refused = { code: "data_directory_unsafe", hint: expect.stringContaining(`chmod go-w ${directory}`) }
    await expect(lockDataDirectory(directory)).rejects.toMatchObject(refused)
    await chmod(directory, 0o755)
    await (await lockDataDirectory(directory)).release()
  },
)

test("looks at what a link leads to", async () => {
  const directory = join(parent, "data")
  await mkdir(directory)
  await chmod(directory, 0o777)
  await symlink(directory, join(parent, "link"))
  await expect(refuseSharedDirectory(join(parent, "link"))).rejects.toMatchObject({ code: "data_directory_unsafe" })
  await chmod(directory, 0o700)
  await refuseSharedDirectory(join(parent, "link"))
})
