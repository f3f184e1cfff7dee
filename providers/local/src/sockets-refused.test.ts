import { chmod, mkdir, readdir, symlink, writeFile } from "node:fs/promises"
import { userInfo } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { socketPath } from "./runtime-directory.ts"
import { tryListening } from "./sockets-refused.ts"
import { connectSupervisor } from "./supervisor/client.ts"
import { temporaryDirectory } from "./testing/temporary.ts"

/** A directory of this user in which no socket can be made: modes bind everybody but root, for whom there is /sys. */
async function refusingDirectory(path: string): Promise<string> {
  if (userInfo().uid === 0) return "/sys/kernel"
  await mkdir(join(path, "read-only"))
  await chmod(join(path, "read-only"), 0o500)
  return join(path, "read-only")
}

test("where sockets can be made nothing is said, and nothing is left", async () => {
  await using directory = await temporaryDirectory()
  await tryListening(directory.path)
  expect(await readdir(directory.path)).toEqual([])
})

test.skipIf(process.platform !== "linux")(
  "no supervisor is started whose socket cannot be made: it says where, why and what to do",
  async () => {
    await using directory = await temporaryDirectory()
    const dataDirectory = join(directory.path, "data")
    await mkdir(dataDirectory, { mode: 0o700 })
    const runtimeDirectory = await refusingDirectory(directory.path)
    await expect(connectSupervisor({ dataDirectory, runtimeDirectory })).rejects.toMatchObject({
      code: "sockets_refused",
      message: expect.stringMatching(`no socket can be made in ${runtimeDirectory}: .+ \\(E[A-Z]+\\)`),
      hint: expect.stringContaining("XDG_RUNTIME_DIR"),
    })
    expect(await readdir(dataDirectory)).toEqual([])
  },
)

test("a directory for sockets that cannot be made is told in the same words", async () => {
  await using directory = await temporaryDirectory()
  const { path } = directory
  await writeFile(join(path, "file"), "")
  await symlink("nowhere", join(path, "dangling"))
  for (const [name, reason] of [
    ["file/run", "a part of its path is a file (ENOTDIR)"],
    ["dangling/run", "a file or a link is in its place (EEXIST)"],
  ] as const)
    expect(() => socketPath({ dataDirectory: path, runtimeDirectory: join(path, name), name: "gateway" })).toThrow(
      `no socket can be made in ${join(path, name)}: ${reason}`,
    )
})

test("a supervisor that ends at once is not tried again until the time is up: its last line is told", async () => {
  await using directory = await temporaryDirectory()
  const { path } = directory
  const dataDirectory = join(path, "data")
  // A directory where the lock is to be: the supervisor cannot open it.
  await mkdir(join(dataDirectory, "run", "supervisor.lock"), { recursive: true })
  await expect(connectSupervisor({ dataDirectory, runtimeDirectory: join(path, "run") })).rejects.toMatchObject({
    code: "supervisor_unavailable",
    message: expect.stringContaining("ended at once: unable to open database file"),
  })
})
