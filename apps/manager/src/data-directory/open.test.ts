import { copyFile, mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { systemClock } from "@alienplatform/engine"
import { openSqliteStore } from "@alienplatform/store"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { temporaryDirectory } from "../testing/temporary.ts"
import { openDataDirectory } from "./open.ts"

let scratch: Awaited<ReturnType<typeof temporaryDirectory>>
let directory: string
beforeEach(async () => {
  scratch = await temporaryDirectory()
  directory = join(scratch.path, "data")
  await mkdir(directory, { mode: 0o700 })
})
afterEach(() => scratch[Symbol.asyncDispose]())

const inside = (name: string) => join(directory, name)
/** Opens it and closes it again; answers with the installation. */
async function opened(more: { directory?: string; encryptionKey?: string } = {}): Promise<string> {
  const { store, installation } = await openDataDirectory({ directory, clock: systemClock, ...more })
  await store.close()
  return installation
}
const marked = async () => JSON.parse(await readFile(inside("installation.json"), "utf8"))
/** By name; without what SQLite makes to read, which holds nothing. */
async function contents(): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const text = entry.isFile() ? (await readFile(join(entry.parentPath, entry.name))).toString("base64") : "directory"
    if (!/-(?:shm|wal)$/.test(entry.name) || (entry.name.endsWith("-wal") && text !== "")) found[entry.name] = text
  }
  return found
}
/** Refused with everything in the message that the operator needs, and without a byte changed. */
async function refused(code: string, ...parts: string[]): Promise<void> {
  const before = await contents()
  const error: unknown = await opened().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code })
  for (const part of [directory, inside("manager.db"), "restore a backup", "to start anew", ...parts])
    expect(String(error)).toContain(part)
  expect(await contents()).toEqual(before)
}
const schemaOnly = async () => (await openSqliteStore({ file: inside("manager.db") })).close()

const LOST: Record<string, () => Promise<void>> = {
  missing: async () => {},
  empty: () => writeFile(inside("manager.db"), ""),
  "without a table": async () => {
    const database = new DatabaseSync(inside("manager.db"))
    database.exec("pragma journal_mode = wal")
    database.close()
  },
  "of a schema without rows": schemaOnly,
}
const LEFT: Record<string, () => Promise<unknown>> = {
  key: () => writeFile(inside("key"), Buffer.alloc(32, 1)),
  run: () => mkdir(inside("run")),
  artifacts: () => mkdir(inside("artifacts")),
  gateway: () => mkdir(inside("gateway")),
}

describe.each(Object.entries(LOST))("a database that is %s", (what, make) => {
  test.each(Object.entries(LEFT))("is refused beside %s", async (name, left) => {
    await make()
    await left()
    await refused("database_missing", name, what === "missing" ? "is missing" : "is empty")
  })

  test("is refused in the directory of an installation, which is named", async () => {
    const installation = await opened()
    await rm(inside("manager.db"))
    await rm(inside("key"))
    await make()
    await refused("database_missing", installation, "installation.json")
  })

  test("is a first start where nothing else is", async () => {
    await make()
    const installation = await opened()
    expect(await marked()).toEqual({ installation })
    expect(await opened()).toBe(installation)
  })

  test("is a first start where one was killed before", async () => {
    await make()
    await LEFT.key?.()
    await writeFile(inside("installation.json"), '{"installation":null}')
    expect(await opened()).toMatch(/^ins_/)
    expect(await readFile(inside("key"))).toEqual(Buffer.alloc(32, 1))
  })
})

test("a first start that was killed had made neither workloads nor artifacts, so those are another's", async () => {
  await writeFile(inside("installation.json"), '{"installation":null}')
  await LEFT.run?.()
  await refused("database_missing", "run")
})

test("a directory that says nothing useful of itself is no first start, and goes on with its database", async () => {
  const installation = await opened()
  for (const text of ["", "{", "null", "[]", '{"installation": 7}', '{"installation": ""}']) {
    await writeFile(inside("installation.json"), text)
    expect(await opened()).toBe(installation)
    expect(await marked()).toEqual({ installation })
  }
  await writeFile(inside("installation.json"), "")
  for (const name of ["manager.db", "key"]) await rm(inside(name))
  await refused("database_missing", "installation.json")
})

test("a directory of an older version, which has no such file, opens and gets it", async () => {
  const installation = await opened()
  await rm(inside("installation.json"))
  await LEFT.run?.()
  expect(await opened()).toBe(installation)
  expect(await marked()).toEqual({ installation })
})

test("another installation's database is refused, also with the same key", async () => {
  const encryptionKey = "a".repeat(64)
  const own = await opened({ encryptionKey })
  const other = join(scratch.path, "other")
  await mkdir(other)
  const theirs = await opened({ directory: other, encryptionKey })
  await copyFile(inside("manager.db"), join(scratch.path, "backup.db"))
  await copyFile(join(other, "manager.db"), inside("manager.db"))
  await refused("installation_mismatch", own, theirs, inside("installation.json"))
  await copyFile(join(scratch.path, "backup.db"), inside("manager.db"))
  expect(await opened({ encryptionKey })).toBe(own)
})

test("an older copy of its own database opens: so is a backup restored", async () => {
  const installation = await opened()
  await copyFile(inside("manager.db"), join(scratch.path, "backup.db"))
  const { store } = await openDataDirectory({ directory, clock: systemClock })
  await store.putArtifact({ sha256: "a".repeat(64), size: 1, createdAt: 1 })
  await store.close()
  await copyFile(join(scratch.path, "backup.db"), inside("manager.db"))
  expect(await opened()).toBe(installation)
})

test.each([
  ["is no database", () => writeFile(inside("manager.db"), "hello ".repeat(2_000))],
  ["was cut", async () => truncate(inside("manager.db"), 3 * 4_096)],
  [
    "has lost its file to the log",
    async () => {
      await writeFile(inside("manager.db"), "")
      await writeFile(inside("manager.db-wal"), "frames")
    },
  ],
] as const)("a database that %s is refused", async (_, damage) => {
  await opened()
  await damage()
  await refused("database_corrupt")
})

test("the key of a database is never made anew", async () => {
  await opened()
  await rm(inside("key"))
  await expect(opened()).rejects.toMatchObject({ code: "key_missing" })
  expect(await readdir(directory)).not.toContain("key")
})

test("says that it cannot read or write what the directory says of itself", async () => {
  await mkdir(inside("installation.json"))
  const message = expect.stringContaining(inside("installation.json"))
  await expect(opened()).rejects.toMatchObject({ code: "store_unavailable", message })
})
