import { readdirSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { createClient } from "@alienplatform/api"
import { expect, test } from "vitest"
import { type ManagerOptions, startManager } from "../start/start.ts"
import { FakeCloud, fakePlatform } from "../testing/fake-platform.ts"
import { silentLogger } from "../testing/manager.ts"
import { momentsOf } from "../testing/moments.ts"
import { temporaryDirectory } from "../testing/temporary.ts"

const optionsFor = (dataDirectory: string, more: Partial<ManagerOptions> = {}): ManagerOptions => ({
  ...{ dataDirectory, port: 0, logger: silentLogger, platformOptions: {} },
  platforms: { test: async () => fakePlatform(new FakeCloud()) },
  ...more,
})
const isAdmin = async (url: string, token: string) =>
  createClient({ url, token })
    .whoami()
    .then(
      ({ role }) => role === "admin",
      () => false,
    )

test("that is killed at any moment goes on with the next start, and its user has a token", async () => {
  await using scratch = await temporaryDirectory()
  const [directory, copies] = [join(scratch.path, "data"), join(scratch.path, "copies")]
  await mkdir(directory, { mode: 0o700 })
  const moments = await momentsOf({ directory, copies }, async (say) => {
    const manager = await startManager(optionsFor(directory, { tellAdminToken: async (token) => say(token) }))
    await manager.close()
  })
  expect([...new Set(moments.map(({ directory: left }) => filesIn(left)))]).toEqual([
    "",
    "installation.json.new",
    "installation.json",
    "installation.json key.part",
    "installation.json key key.part",
    "installation.json key",
    "installation.json key manager.db",
    "installation.json installation.json.new key manager.db",
    "artifacts installation.json key manager.db",
  ])
  const seen = new Set<string>()
  for (const { directory: left, said, at } of moments) {
    const told = [...said]
    const manager = await startManager(optionsFor(left, { tellAdminToken: async (token) => void told.push(token) }))
    const good = await Promise.all(told.map((token) => isAdmin(manager.url, token)))
    expect(good, `killed at moment ${left}: ${at}`).toContain(true)
    seen.add(`${said.length} told, ${told.length - said.length} more`)
    await manager.close()
  }
  // Before the token was told, between that and storing it, and after.
  expect(seen).toEqual(new Set(["0 told, 1 more", "1 told, 1 more", "1 told, 0 more"]))
}, 60_000)

/** Without those of the lock, of the test of the file system, and of SQLite itself. */
const filesIn = (directory: string): string =>
  readdirSync(directory)
    .filter((name) => !/^(?:lock|probe)\.|-(?:wal|shm|journal)$/.test(name))
    .sort()
    .join(" ")
