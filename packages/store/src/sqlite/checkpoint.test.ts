import { copyFile, mkdtemp, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { Claim, Store } from "../store.ts"
import { aDeployment, anObject } from "../testing/samples.ts"
import { BUSY_TIMEOUT_MS } from "./database.ts"
import { openSqliteStore } from "./open.ts"

describe("the log of a SQLite store", () => {
  let directory: string
  let file: string
  let store: Store
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "store-checkpoint-"))
    file = join(directory, "manager.db")
    store = await openSqliteStore({ file })
    await store.createDeployment(aDeployment("a"), 0)
  })
  afterEach(async () => {
    await store.close()
    await rm(directory, { recursive: true })
  })

  const claimed = async (now: number): Promise<Claim> => {
    const claim = await store.claim("m", now, 1_000)
    if (!claim) throw new Error(`nothing is due at ${now}`)
    return claim
  }
  /** One that stores an object of its number, and is due again at once. */
  const run = async (number: number) => {
    const claim = await claimed(number)
    await store.save(claim.lease, { put: [anObject("obj_1", { tries: number, name: "x".repeat(2_000) })] })
    await store.finish(claim, number + 1)
  }
  /** What the database file says on its own. */
  const inCopy = async (column: string, table: string) => {
    const copy = join(directory, "copy.db")
    await copyFile(file, copy)
    const database = new DatabaseSync(copy)
    try {
      return database.prepare(`select ${column} as value from ${table}`).all()
    } finally {
      database.close()
    }
  }
  const triesInCopy = async () => (await inCopy("json_extract(body, '$.tries')", "objects")).map(({ value }) => value)

  test("is in the database file after every run, so a copy of that file alone is current", async () => {
    for (const number of [1, 2, 3]) {
      await run(number)
      expect(await triesInCopy()).toEqual([number])
    }
  })

  test("is in the database file when a run has ended for good", async () => {
    await run(1)
    const { lease } = await claimed(2)
    await store.finishDeletion(lease)
    expect(await inCopy("deployment", "queue")).toEqual([])
  })

  test("does not grow from run to run", async () => {
    await run(1)
    const { size } = await stat(`${file}-wal`)
    for (let number = 2; number <= 200; number++) await run(number)
    expect((await stat(`${file}-wal`)).size).toBeLessThan(3 * size)
  })

  test("waits for no reader: a run ends at once, and what the reader still needs stays until a later one", async () => {
    await run(1)
    const reader = new DatabaseSync(file, { readOnly: true })
    reader.exec("begin")
    reader.prepare("select count(*) from objects").get()
    const began = performance.now()
    await run(2)
    expect(performance.now() - began).toBeLessThan(BUSY_TIMEOUT_MS / 2)
    expect(await store.rows("dep_a")).toMatchObject([{ tries: 2 }])
    await run(3)
    expect(await triesInCopy()).not.toEqual([3])
    reader.close()
    await run(4)
    expect(await triesInCopy()).toEqual([4])
  })

  test("fails no run that was stored", async () => {
    const claim = await claimed(1)
    await Promise.all([store.finish(claim, 1), store.close()])
    store = await openSqliteStore({ file })
    expect(await store.claim("m", 1, 1_000)).toBeDefined()
  })
})
