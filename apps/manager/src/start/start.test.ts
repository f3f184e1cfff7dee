import { createHash } from "node:crypto"
import { mkdir, readdir, readFile, realpath, stat, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Writable } from "node:stream"
import { createClient } from "@alienplatform/api"
import { expect, test, vi } from "vitest"
import { FakeCloud, fakePlatform } from "../testing/fake-platform.ts"
import { silentLogger, stackWith } from "../testing/manager.ts"
import { temporaryDirectory } from "../testing/temporary.ts"
import { createLogger } from "./logger.ts"
import { type ManagerOptions, startManager } from "./start.ts"

const optionsFor = (dataDirectory: string, cloud = new FakeCloud()): ManagerOptions => ({
  ...{ dataDirectory, port: 0, logger: silentLogger, platformOptions: {} },
  platforms: { test: async () => fakePlatform(cloud) },
})

test("shows the admin token on the first start only, and takes it after a restart", async () => {
  await using directory = await temporaryDirectory()
  const first = await startManager(optionsFor(directory.path))
  const token = first.adminToken ?? ""
  expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  await first.close()
  const second = await startManager(optionsFor(directory.path))
  expect(second.adminToken).toBeUndefined()
  expect(await createClient({ url: second.url, token }).whoami()).toMatchObject({ role: "admin" })
  await second.close()
})

test("keeps its key and its database to its user, and no token in any file", async () => {
  await using directory = await temporaryDirectory()
  const manager = await startManager(optionsFor(directory.path))
  const key = await stat(join(directory.path, "key"))
  expect([key.size, key.mode & 0o777]).toEqual([32, 0o600])
  for (const name of ["manager.db", "manager.db-wal"])
    expect((await readFile(join(directory.path, name))).includes(manager.adminToken ?? "-")).toBe(false)
  await manager.close()
})

test("removes what it left of a backup when it was killed", async () => {
  await using directory = await temporaryDirectory()
  await using parent = await temporaryDirectory()
  const draft = join(parent.path, ".backup.0123abcd.partial")
  await mkdir(draft)
  await writeFile(join(draft, "key"), "secret")
  const first = await startManager(optionsFor(directory.path))
  await first.close()
  await writeFile(join(directory.path, "backup.json"), JSON.stringify({ draft }))
  const second = await startManager(optionsFor(directory.path))
  expect(await readdir(parent.path)).toEqual([])
  await second.close()
})

test("tells who waits for a backup that it is broken off when it closes", async () => {
  await using directory = await temporaryDirectory()
  await using parent = await temporaryDirectory()
  const manager = await startManager(optionsFor(directory.path))
  // Many, so that most are not copied yet when the first one is told.
  const names = Array.from({ length: 1_000 }, (_, index) => `${index.toString(16).padStart(64, "0")}.tar.gz`)
  for (const name of names) await writeFile(join(directory.path, "artifacts", name), "")
  let closing: Promise<void> | undefined
  const backup = createClient({ url: manager.url, token: manager.adminToken ?? "" }).backup(
    join(parent.path, "backup"),
    () => {
      closing ??= manager.close()
    },
  )
  const message = expect.stringContaining("the manager was stopped")
  await expect(backup).rejects.toMatchObject({ code: "backup_failed", message })
  await closing
  expect(await readdir(parent.path)).toEqual([])
})

test("remembers its deployments, and goes on with them", async () => {
  await using directory = await temporaryDirectory()
  const options = optionsFor(directory.path)
  const first = await startManager(options)
  const token = first.adminToken ?? ""
  const before = createClient({ url: first.url, token })
  await before.createRelease({ projectId: "default", stack: { test: stackWith("ghcr.io/acme/api:1") } })
  const { deployment } = await before.createDeployment({ name: "shop", platform: "test" })
  await first.close()
  const second = await startManager(options)
  const after = createClient({ url: second.url, token })
  let { status } = await after.deployment(deployment.id)
  while (status !== "running") status = (await after.deployment(deployment.id)).status
  expect((await after.info(deployment.id)).resources.api?.publicUrl).toBe("https://web.shop.example")
  await second.close()
})

test("works in the directory that a link leads to, so that what runs there is found by every name of it", async () => {
  await using directory = await temporaryDirectory()
  const own = join(await realpath(directory.path), "own")
  const link = join(directory.path, "link")
  await mkdir(own, { mode: 0o700 })
  await symlink(own, link)
  const lines: string[] = []
  const logger = createLogger(new Writable({ write: (line, _, done) => done(void lines.push(String(line))) }))
  await (await startManager({ ...optionsFor(link), logger })).close()
  expect(lines.map((line) => JSON.parse(line).dataDirectory)).toContain(own)
})

test("refuses a second manager in the same data directory", async () => {
  await using directory = await temporaryDirectory()
  const manager = await startManager(optionsFor(directory.path))
  await expect(startManager(optionsFor(directory.path))).rejects.toMatchObject({ code: "data_directory_locked" })
  await manager.close()
})

test("says who has taken its port, and leaves nothing open", async () => {
  await using directory = await temporaryDirectory()
  await using other = await temporaryDirectory()
  const manager = await startManager(optionsFor(directory.path))
  const port = Number(new URL(manager.url).port)
  const second = { ...optionsFor(other.path), port }
  const message = expect.stringContaining(`(pid ${process.pid})`)
  await expect(startManager(second)).rejects.toMatchObject({ code: "port_in_use", message })
  const third = await startManager(optionsFor(other.path))
  await third.close()
  await manager.close()
})

test("says that its data directory cannot be used", async () => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, "file")
  await writeFile(file, "in the way")
  const refused = { code: "store_unavailable", message: expect.stringContaining(file) }
  await expect(startManager(optionsFor(join(file, "data")))).rejects.toMatchObject(refused)
})

test("opens nothing with another key than the one of its first start", async () => {
  await using directory = await temporaryDirectory()
  const withKey = (byte: string) => ({ ...optionsFor(directory.path), encryptionKey: byte.repeat(64) })
  await (await startManager(withKey("a"))).close()
  await expect(startManager(withKey("b"))).rejects.toMatchObject({ code: "key_wrong" })
  const again = await startManager(withKey("a"))
  await again.close()
})

test("notices a key file that was exchanged", async () => {
  await using directory = await temporaryDirectory()
  await (await startManager(optionsFor(directory.path))).close()
  await writeFile(join(directory.path, "key"), Buffer.alloc(32, 7))
  await expect(startManager(optionsFor(directory.path))).rejects.toMatchObject({ code: "key_wrong" })
})

test("lets a request under way end when it closes, then stops", async () => {
  await using directory = await temporaryDirectory()
  const manager = await startManager(optionsFor(directory.path))
  const bytes = Buffer.from("a bundle")
  const sha256 = createHash("sha256").update(bytes).digest("hex")
  const sending = Promise.withResolvers<void>()
  const rest = Promise.withResolvers<void>()
  const body = async function* () {
    yield bytes.subarray(0, 3)
    sending.resolve()
    await rest.promise
    yield bytes.subarray(3)
  }
  const headers = { authorization: `Bearer ${manager.adminToken}`, "content-type": "application/gzip" }
  const init = { method: "PUT", headers, body: body(), duplex: "half" }
  const answer = fetch(`${manager.url}/v1/artifacts/${sha256}`, init as unknown as RequestInit)
  await sending.promise
  // Until the server has taken it up.
  await vi.waitFor(async () => expect(await readdir(join(directory.path, "artifacts"))).toHaveLength(1))
  const closed = manager.close()
  await expect(fetch(`${manager.url}/health`, { headers: { connection: "close" } })).rejects.toThrow()
  rest.resolve()
  expect((await answer).status).toBe(201)
  await closed
  await manager.close()
})

test.each(["keep", "stopIdle", "stop"] as const)(
  "tells its platforms what becomes of what they run: %s",
  async (mode) => {
    await using directory = await temporaryDirectory()
    const cloud = new FakeCloud()
    const manager = await startManager({ ...optionsFor(directory.path, cloud), onClose: mode, warm: ["test"] })
    await manager.close()
    expect(cloud.calls).toContain(`close ${mode}`)
  },
)

test("counts what it sees from then on where it opens a backup: every deployment has a new generation", async () => {
  await using parent = await temporaryDirectory()
  const copy = join(parent.path, "copy")
  const manager = await startManager(optionsFor(join(parent.path, "data")))
  const client = createClient({ url: manager.url, token: manager.adminToken })
  const { deployment } = await client.createDeployment({ name: "shop", platform: "test" })
  await client.createDeployment({ name: "held", platform: "test", hold: true })
  await client.backup(copy)
  await manager.close()
  for (const generation of [2, 2]) {
    const restored = await startManager(optionsFor(copy))
    const { items } = await createClient({ url: restored.url, token: manager.adminToken }).deployments()
    expect(items.map(({ name, generation }) => [name, generation])).toEqual([
      ["held", 1],
      ["shop", generation],
    ])
    expect(items[1]?.id).toBe(deployment.id)
    await restored.close()
  }
})

test("names its public URL to those who ask, whatever the headers of a request say, and listens where it did", async () => {
  await using directory = await temporaryDirectory()
  const manager = await startManager({ ...optionsFor(directory.path), publicUrl: "https://manager.example" })
  const client = createClient({ url: manager.url, token: manager.adminToken })
  const { deployment } = await client.createDeployment({ name: "shop", platform: "test" })
  const forged = {
    host: "evil.example",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "http",
    forwarded: "host=evil.example",
  }
  const asked = await fetch(`${manager.url}/v1/deployments/${deployment.id}/info`, {
    headers: { authorization: `Bearer ${manager.adminToken}`, ...forged },
  })
  expect(((await asked.json()) as { commands: object }).commands).toMatchObject({ url: "https://manager.example" })
  expect(await client.whoami()).toMatchObject({ managerUrl: "https://manager.example" })
  expect(manager.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  await manager.close()
})
