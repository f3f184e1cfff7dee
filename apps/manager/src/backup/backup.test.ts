import { cpSync } from "node:fs"
import { chmod, cp, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { systemClock } from "@alienplatform/engine"
import type { Store } from "@alienplatform/store"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { openArtifacts } from "../artifacts/artifacts.ts"
import { type DataDirectory, openDataDirectory } from "../data-directory/open.ts"
import { temporaryDirectory } from "../testing/temporary.ts"
import { Backups } from "./backup.ts"
import { removeLeftDraft } from "./draft-note.ts"
import type { BackupOptions } from "./report.ts"

const clock = systemClock
const hash = (digit: string) => digit.repeat(64)

let parent: Awaited<ReturnType<typeof temporaryDirectory>>
let data: string
let target: string
let opened: DataDirectory
let backups: Backups
beforeEach(async () => {
  parent = await temporaryDirectory()
  data = join(parent.path, "data")
  target = join(parent.path, "backup")
  await mkdir(data, { mode: 0o700 })
  opened = await openDataDirectory({ directory: data, clock })
  backups = new Backups({ dataDirectory: data, installation: opened.installation })
  await putArtifact("a")
  await putArtifact("b")
  const certificate = join(data, "gateway", "certificates", "api.localhost")
  await mkdir(certificate, { recursive: true })
  await writeFile(join(certificate, "x.key"), "private", { mode: 0o600 })
  await mkdir(join(data, "run"))
  await writeFile(join(data, "run", "obj_1.json"), "{}")
  await writeFile(join(data, "gateway", "routes.json"), "{}")
  await mkdir(join(data, "logs", "dep_1"), { recursive: true })
})
afterEach(async () => {
  await opened.store.close()
  await parent[Symbol.asyncDispose]()
})

async function putArtifact(digit: string): Promise<void> {
  await openArtifacts(join(data, "artifacts"))
  await writeFile(join(data, "artifacts", `${hash(digit)}.tar.gz`), `content of ${digit}`)
  await opened.store.putArtifact({ sha256: hash(digit), size: 12, createdAt: 1 })
}

const draftRelease = (store: Store, id: string) =>
  store.putArtifact({ sha256: id.padStart(64, "0"), size: 1, createdAt: 1 })

async function backUp(options: Partial<BackupOptions> = {}) {
  const begun = await backups.begin(target)
  return begun.finish({ signal: new AbortController().signal, progress: () => {}, ...options })
}

const namesIn = async (directory: string) =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .toSorted()

test("holds the database, key, artifacts and certificates, all for their owner only, and nothing of what runs", async () => {
  const said: number[] = []
  const report = await backUp({ progress: ({ copiedBytes }) => said.push(copiedBytes) })
  expect(await namesIn(target)).toEqual([
    `artifacts/${hash("a")}.tar.gz`,
    `artifacts/${hash("b")}.tar.gz`,
    "gateway/certificates/api.localhost/x.key",
    "installation.json",
    "key",
    "manager.db",
  ])
  for (const name of ["", ...(await namesIn(target))])
    expect([name, (await stat(join(target, name))).mode & 0o077]).toEqual([name, 0])
  expect(report).toMatchObject({
    directory: target,
    installation: opened.installation,
    contents: { artifacts: { count: 2, bytes: 24 }, certificates: { count: 1, bytes: 7 }, key: true },
  })
  expect(report.bytes).toBe(report.contents.database.bytes + 24 + 7)
  expect(said).toEqual(said.toSorted((one, other) => one - other))
  expect(said.at(-1)).toBe(report.bytes)
  expect(await readdir(parent.path)).toEqual(["backup", "data"])
})

test("opens as the same installation, with what was stored before it began", async () => {
  await backUp()
  const copy = await openDataDirectory({ directory: target, clock })
  expect(copy.installation).toBe(opened.installation)
  expect(await copy.store.artifact(hash("a"))).toMatchObject({ size: 12 })
  await copy.backup?.settled()
  await copy.store.close()
  const later = await openDataDirectory({ directory: target, clock })
  expect([copy.backup !== undefined, later.backup, opened.backup]).toEqual([true, undefined, undefined])
  await later.store.close()
})

test("is of one moment while the store goes on writing: every row up to one, and none after it", async () => {
  let number = 0
  let isWriting = true
  const writing = (async () => {
    while (isWriting) {
      await draftRelease(opened.store, String(++number))
      await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  while (number < 200) await new Promise((resolve) => setImmediate(resolve))
  const before = number
  await backUp()
  const after = number
  isWriting = false
  await writing
  const copy = await openDataDirectory({ directory: target, clock })
  const has = async (one: number) => (await copy.store.artifact(String(one).padStart(64, "0"))) !== undefined
  let last = 0
  while (await has(last + 1)) last++
  expect(last).toBeGreaterThanOrEqual(before)
  expect(last).toBeLessThanOrEqual(after)
  for (let later = last + 1; later <= number; later++) expect(await has(later)).toBe(false)
  await copy.store.close()
})

test("has the artifact of a release that is made meanwhile", async () => {
  const begun = await backups.begin(target)
  await putArtifact("c")
  await begun.finish({ signal: new AbortController().signal, progress: () => {} })
  expect(await readFile(join(target, "artifacts", `${hash("c")}.tar.gz`), "utf8")).toBe("content of c")
})

test("where the key is in the environment alone, it says so", async () => {
  const key = join(data, "key")
  await rename(key, join(parent.path, "kept"))
  expect((await backUp()).contents.key).toBe(false)
  expect(await readdir(target)).not.toContain("key")
})

test("killed at any moment it leaves nothing that opens as an installation", async () => {
  const states: string[] = []
  const begun = await backups.begin(target)
  const draft = (await readdir(parent.path)).find((name) => name.endsWith(".partial")) ?? ""
  await begun.finish({
    signal: new AbortController().signal,
    progress() {
      const state = join(parent.path, `state-${states.length}`)
      states.push(state)
      // Nothing of the backup goes on meanwhile.
      cpSync(join(parent.path, draft), state, { recursive: true })
    },
  })
  // Between the two renames at the end.
  const last = join(parent.path, "last")
  await cp(target, last, { recursive: true })
  await rename(join(last, "manager.db"), join(last, "manager.db.partial"))
  expect(states.length).toBeGreaterThan(2)
  for (const state of [...states, last])
    await expect(openDataDirectory({ directory: state, clock })).rejects.toMatchObject({ code: "database_missing" })
})

describe("what a killed manager left of one", () => {
  const namesBeside = async () => (await readdir(parent.path)).toSorted()
  const noted = join("data", "backup.json")

  test("is removed by the next start, once; a backup that ended left nothing to remove", async () => {
    await backups.begin(target)
    expect(await namesBeside()).toEqual([expect.stringMatching(/^\.backup\.[0-9a-f]{8}\.partial$/), "data"])
    expect((await stat(join(parent.path, noted))).mode & 0o777).toBe(0o600)
    expect(await removeLeftDraft(data)).toMatch(/\.partial$/)
    expect(await namesBeside()).toEqual(["data"])
    expect(await removeLeftDraft(data)).toBeUndefined()
    backups = new Backups({ dataDirectory: data, installation: opened.installation })
    await backUp()
    expect(await removeLeftDraft(data)).toBeUndefined()
    expect(await namesBeside()).toEqual(["backup", "data"])
    expect(await readdir(data)).not.toContain("backup.json")
  })

  test.each([
    ["another name", (directory: string) => ({ draft: join(directory, "kept") })],
    ["a link", (directory: string) => ({ draft: join(directory, ".link.00000000.partial") })],
    ["a relative path", () => ({ draft: ".x.00000000.partial" })],
    ["something else", () => ["draft"]],
  ])("is nothing with %s", async (_, content) => {
    const kept = join(parent.path, "kept")
    await mkdir(kept)
    await writeFile(join(kept, "file"), "of somebody")
    await symlink(kept, join(parent.path, ".link.00000000.partial"))
    await writeFile(join(parent.path, noted), JSON.stringify(content(parent.path)))
    expect(await removeLeftDraft(data)).toBeUndefined()
    expect(await readdir(kept)).toEqual(["file"])
    expect(await namesBeside()).toEqual([".link.00000000.partial", "data", "kept"])
  })
})

test("broken off, or refused by the disk, it leaves nothing", async () => {
  const breaking = new AbortController()
  const progress = () => breaking.abort()
  await expect(backUp({ signal: breaking.signal, progress })).rejects.toMatchObject({ code: "interrupted" })
  expect(await readdir(parent.path)).toEqual(["data"])
  const begun = await backups.begin(target)
  await mkdir(target)
  await writeFile(join(target, "somebody's"), "file")
  const options = { signal: new AbortController().signal, progress: () => {} }
  await expect(begun.finish(options)).rejects.toMatchObject({ code: "backup_failed" })
  expect(await readdir(parent.path)).toEqual(["backup", "data"])
  expect(await readdir(target)).toEqual(["somebody's"])
})

test("closing breaks it off and waits until nothing of it is left", async () => {
  const begun = await backups.begin(target)
  const finishing = begun.finish({ signal: new AbortController().signal, progress: () => {} })
  const refused = expect(finishing).rejects.toMatchObject({ code: "backup_failed", retryable: true })
  await backups.close()
  expect(await readdir(parent.path)).toEqual(["data"])
  await refused
})

test("one at a time: the second is refused, and the next one after it is not", async () => {
  const begun = await backups.begin(target)
  await expect(backups.begin(join(parent.path, "other"))).rejects.toMatchObject({ code: "backup_running" })
  await begun.finish({ signal: new AbortController().signal, progress: () => {} })
  await (await backups.begin(join(parent.path, "other"))).finish({
    signal: new AbortController().signal,
    progress: () => {},
  })
  expect(await readdir(parent.path)).toEqual(["backup", "data", "other"])
})

describe("its directory", () => {
  test("may be there if it is empty", async () => {
    await mkdir(target, { mode: 0o755 })
    await backUp()
    expect((await stat(target)).mode & 0o777).toBe(0o700)
  })

  test.each([
    ["relative", () => "backup"],
    ["in the data directory", () => join(data, "backup")],
    ["the data directory itself", () => data],
    ["in one that is not there", () => join(parent.path, "no", "backup")],
    ["a file", () => join(data, "key")],
    ["not empty", () => join(data, "run")],
    ["a link", () => join(parent.path, "link")],
  ])("%s is refused before anything is written", async (_, path) => {
    await symlink(parent.path, join(parent.path, "link"))
    await expect(backups.begin(path())).rejects.toMatchObject({ code: "backup_target_invalid" })
    expect((await readdir(parent.path)).toSorted()).toEqual(["data", "link"])
    expect((await readdir(data)).filter((name) => name.includes("partial"))).toEqual([])
  })

  test("may not lie where everybody may rename it, and may where each may rename their own", async () => {
    const shared = join(parent.path, "shared")
    await mkdir(shared)
    await chmod(shared, 0o777)
    const message = expect.stringContaining("everybody may rename")
    await expect(backups.begin(join(shared, "backup"))).rejects.toMatchObject({
      code: "backup_target_invalid",
      message,
    })
    await chmod(shared, 0o1777)
    target = join(shared, "backup")
    await backUp()
    expect(await readdir(shared)).toEqual(["backup"])
  })

  test.runIf(process.platform === "linux")(
    "may lie on a file system, and may not be the place of its mount",
    async () => {
      const message = expect.stringContaining("another file system is mounted")
      await expect(backups.begin("/proc")).rejects.toMatchObject({ code: "backup_target_invalid", message })
    },
  )
})
