import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { openDatabase } from "./database.ts"

test("logs ahead, waits for the disk at every commit, checks references and waits for other programs", async () => {
  const directory = await mkdtemp(join(tmpdir(), "store-database-"))
  const database = openDatabase(join(directory, "manager.db"))
  const pragma = (name: string) => Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0]
  const FULL = 2
  expect(pragma("journal_mode")).toBe("wal")
  expect(pragma("synchronous")).toBe(FULL)
  expect(pragma("foreign_keys")).toBe(1)
  expect(pragma("busy_timeout")).toBe(2_000)
  expect(pragma("journal_size_limit")).toBe(4_194_304)
  database.close()
  await rm(directory, { recursive: true })
})
