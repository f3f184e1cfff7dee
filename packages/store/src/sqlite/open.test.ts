import { copyFile, mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { aDeployment, anObject, aRelease } from "../testing/samples.ts"
import { openSqliteStore } from "./open.ts"

describe("opening a SQLite store", () => {
  let directory: string
  let file: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "store-open-"))
    file = join(directory, "manager.db")
  })
  afterEach(() => rm(directory, { recursive: true }))

  const created = async () => {
    const store = await openSqliteStore({ file })
    await store.createDeployment(aDeployment("a"), 1_000)
    return store
  }
  const inDatabase = (...statements: string[]) => {
    const database = new DatabaseSync(file)
    for (const statement of statements) database.exec(statement)
    database.close()
  }
  const refusedUntouched = async (code: string) => {
    const before = await readFile(file)
    await expect(openSqliteStore({ file })).rejects.toMatchObject({ code, message: expect.stringContaining(file) })
    expect((await readFile(file)).equals(before)).toBe(true)
  }

  test("creates files that only their owner reads", async () => {
    const store = await created()
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(`${file}-wal`)).mode & 0o777).toBe(0o600)
    await store.close()
  })

  test("takes a clock and a source of randomness for the installation", async () => {
    const store = await openSqliteStore({
      file,
      clock: { now: () => 42, until: async () => {} },
      random: (size) => new Uint8Array(size),
    })
    expect(await store.installation()).toEqual({ id: "ins_aaaaaaaaaaaaaaaa", createdAt: 42 })
    await store.close()
  })

  test("takes an empty file for a new store", async () => {
    await writeFile(file, "")
    const store = await created()
    expect(await store.deployment("dep_a")).toBeDefined()
    await store.close()
  })

  test("finishes what a crash before the first migration left", async () => {
    await (await openSqliteStore({ file: join(directory, "other.db") })).close()
    inDatabase("pragma journal_mode = wal")
    await (await created()).close()
    await rm(file)
    inDatabase("create table kysely_migration (name varchar(255) primary key, timestamp varchar(255))")
    await (await created()).close()
  })

  test("rolls back what a crash interrupted before there was a log", async () => {
    const store = await created()
    await store.close()
    const original = join(directory, "original.db")
    await copyFile(file, original)
    const database = new DatabaseSync(original)
    database.exec("pragma journal_mode = delete; pragma cache_size = 1; pragma cache_spill = 1; begin immediate")
    for (let index = 0; index < 200; index++)
      database.exec(`insert into artifacts values ('${"x".repeat(500)}${index}', 1, 1)`)
    await copyFile(original, file)
    await copyFile(`${original}-journal`, `${file}-journal`)
    database.close()
    const again = await openSqliteStore({ file })
    expect(await again.deployment("dep_a")).toBeDefined()
    expect(await again.artifact(`${"x".repeat(500)}0`)).toBeUndefined()
    await again.close()
  })

  test.each([
    ["a few bytes", "hello"],
    ["a long text", "hello ".repeat(5_000)],
    ["zeros", "\0".repeat(8_192)],
  ])("refuses a file that is no database: %s", async (_, content) => {
    await writeFile(file, content)
    await refusedUntouched("database_corrupt")
  })

  test("refuses a database that was cut", async () => {
    await (await created()).close()
    await truncate(file, (await stat(file)).size - 4_096)
    await refusedUntouched("database_corrupt")
  })

  test("refuses a damaged schema", async () => {
    await (await created()).close()
    const bytes = await readFile(file)
    await writeFile(file, bytes.fill(0xa5, 100, 4_096))
    await refusedUntouched("database_corrupt")
  })

  test("refuses a log whose database is gone", async () => {
    const store = await created()
    await mkdir(join(directory, "copy"))
    await copyFile(`${file}-wal`, join(directory, "copy", "manager.db-wal"))
    await store.close()
    file = join(directory, "copy", "manager.db")
    await expect(openSqliteStore({ file })).rejects.toMatchObject({ code: "database_corrupt" })
    expect((await stat(`${file}-wal`)).size).toBeGreaterThan(0)
  })

  /** Rows of a run, so that tables have pages between their first and their last one; closed, so without a log. */
  const filled = async (...objects: [count: number, size: number][]) => {
    const store = await created()
    const { lease } = (await store.claim("m", 1_000, 1_000)) ?? {}
    for (const [count, size] of objects)
      for (let index = 0; lease && index < count; index++)
        await store.save(lease, { put: [anObject(`obj_${index}`, { name: "x".repeat(size) })] })
    await store.close()
  }
  /** As a kill leaves it: a database with a log that holds its newest commit. */
  const withLog = async () => {
    const store = await openSqliteStore({ file })
    await store.createDeployment(aDeployment("b"), 1_000)
    const copy = join(directory, "copy.db")
    for (const suffix of ["", "-wal"]) await copyFile(`${file}${suffix}`, `${copy}${suffix}`)
    await store.close()
    file = copy
  }
  const cut = async (pages: number) => truncate(file, (await stat(file)).size - pages * 4_096)
  const damage = async (page: number) => {
    const bytes = await readFile(file)
    await writeFile(file, bytes.fill(0xa5, (page - 1) * 4_096, page * 4_096))
    return bytes
  }
  const rootOf = (table: string) => {
    const database = new DatabaseSync(file, { readOnly: true })
    const row = database.prepare("select rootpage from sqlite_master where name = ?").get(table)
    database.close()
    return Number(row?.rootpage)
  }

  test("refuses a small database with a damaged page, wherever that is", async () => {
    await filled([50, 1])
    const whole = await readFile(file)
    for (let page = 1; page <= whole.length / 4_096; page++) {
      await damage(page)
      await refusedUntouched("database_corrupt")
      await writeFile(file, whole)
    }
    await (await openSqliteStore({ file })).close()
  })

  test("refuses a database that was cut beside its log", async () => {
    await filled([50, 1])
    await withLog()
    await cut(3)
    await refusedUntouched("database_corrupt")
  })

  describe("that is large", () => {
    /** A row in the middle of its table has the end of the file. */
    beforeEach(async () => {
      await filled([200, 80_000], [5, 2_000_000])
      expect((await stat(file)).size).toBeGreaterThan(20_000_000)
    })

    test("refuses one that was cut", async () => {
      await withLog()
      await cut(100)
      await refusedUntouched("database_corrupt")
      await expect(openSqliteStore({ file })).rejects.toThrow("100 of its")
    })

    test("refuses one with a table that is damaged where it begins or ends", async () => {
      await damage(rootOf("objects"))
      await refusedUntouched("database_corrupt")
    })

    test("does not read it all: what is damaged inside is told where it is read, and left", async () => {
      const bytes = await damage(Math.round((await stat(file)).size / 4_096 / 2))
      const store = await openSqliteStore({ file })
      expect(await store.deployment("dep_a")).toBeDefined()
      await expect(store.rows("dep_a")).rejects.toMatchObject({ code: "database_corrupt" })
      await store.close()
      expect((await readFile(file)).equals(bytes)).toBe(true)
    })
  })

  test("brings a database of the first version up to date, with all that it holds", async () => {
    const store = await created()
    await store.createRelease(aRelease("rel_1"))
    const { lease } = (await store.claim("m", 1_000, 1_000)) ?? {}
    const before = lease && (await store.report(lease, { currentReleaseId: "rel_1" }, 1_000))
    const installation = await store.installation()
    await store.close()
    inDatabase(
      "drop table rate_limits",
      "drop table leases",
      "alter table queue drop column forgotten_at",
      "alter table releases drop column base_image",
      "alter table releases drop column removed_at",
      "alter table deployments drop column drift",
      "alter table deployments drop column stack_id",
      "alter table release_platforms drop column stack_id",
      "alter table deployments drop column previous_release_id",
      "alter table installation drop column key_check",
      "delete from kysely_migration where name > '0001_first'",
    )
    const again = await openSqliteStore({ file })
    expect(await again.deployment("dep_a")).toEqual({ ...before, stackId: "my-app" })
    expect((await again.latestRelease("local", "my-app"))?.id).toBe("rel_1")
    expect(await again.installation()).toEqual(installation)
    expect(await again.keyCheck("check")).toBe("check")
    expect(await again.takeKey("key", "dep_a", 1_000, 2_000)).toBe(true)
    await again.close()
  })

  test("gives rows back as whichever version wrote them", async () => {
    const store = await created()
    const { lease } = (await store.claim("m", 1_000, 1_000)) ?? {}
    if (lease) await store.save(lease, { put: [anObject("obj_1")] })
    await store.close()
    inDatabase(`update objects set body = '{"object":"obj_1","status":"settled","why":null,"dependencies":["obj_2"]}'`)
    const again = await openSqliteStore({ file })
    const first = { object: "obj_1", status: "settled", why: null, dependencies: ["obj_2"] }
    expect(await again.rows("dep_a")).toEqual([first])
    await again.close()
  })

  test("reads once more who acts in the words of older versions", async () => {
    const store = await created()
    const { lease } = (await store.claim("m", 1_000, 1_000)) ?? {}
    if (!lease) throw new Error("nothing was claimed")
    const waits = (on: string) => ({ type: "target", status: "waiting", on, code: "provisioning", message: "on us" })
    const reported = (on: string) => ({
      ...{ url: null, conditions: [waits(on), waits("customer")], hosts: [{ host: "a", conditions: [waits(on)] }] },
    })
    const why = { code: "throttled", message: 'says "on":"us"', expected: { on: "us" } }
    const object = (on: object) => ({
      ...anObject("obj_1", { state: { status: "due", why: { ...why, ...on } } }),
      parts: { a: { props: null, dependencies: {}, parked: "p", why: { ...why, ...on } }, b: { props: 1 } },
    })
    const waiting = anObject("obj_2", { state: { status: "waiting", why: { ...why, on: "person" } } })
    const view = (of: string) => ({ plan: { actions: [{ node: "a", of }, { of: "customer" }] }, text: "" })
    const planned = (of: string) => ({ status: "ready", views: { whole: view(of), withoutValues: view(of) } })
    await store.save(lease, { put: [object({ on: "provider" }) as never, waiting] })
    const endpoint = { resource: "api", endpoint: "default", position: 0 }
    await store.saveEndpoints(lease, [{ ...endpoint, report: reported("us") as never }])
    await store.savePlan("dep_a", planned("us"), 1)
    await store.close()
    inDatabase(
      "alter table releases drop column base_image",
      "alter table releases drop column removed_at",
      "delete from kysely_migration where name > '0007_drift'",
    )

    const again = await openSqliteStore({ file })
    expect(await again.endpoints("dep_a")).toEqual([{ ...endpoint, report: reported("manager") }])
    expect(await again.rows("dep_a")).toEqual([object({}), waiting])
    expect((await again.plan("dep_a"))?.plan).toEqual(planned("manager"))
    await again.close()
  })

  test("refuses the database of another program", async () => {
    inDatabase("create table bookmarks (url text)")
    await refusedUntouched("database_corrupt")
  })

  test("refuses a newer schema, naming it, with what its log holds untouched", async () => {
    await (await created()).close()
    const other = join(directory, "newer.db")
    await copyFile(file, other)
    const database = new DatabaseSync(other)
    database.exec("insert into kysely_migration values ('0999_later', '2030-01-01T00:00:00.000Z')")
    await copyFile(other, file)
    await copyFile(`${other}-wal`, `${file}-wal`)
    database.close()
    const log = await readFile(`${file}-wal`)
    expect(log.length).toBeGreaterThan(0)
    await refusedUntouched("database_newer")
    await expect(openSqliteStore({ file })).rejects.toMatchObject({ context: { schema: "0999_later" } })
    expect((await readFile(`${file}-wal`)).equals(log)).toBe(true)
  })

  test("says why when the directory cannot be used", async () => {
    await writeFile(file, "")
    for (const unusable of [join(file, "manager.db"), join(directory, "absent", "manager.db")])
      await expect(openSqliteStore({ file: unusable })).rejects.toMatchObject({
        code: "store_unavailable",
        retryable: true,
        message: expect.stringMatching(/ENOTDIR|ENOENT/),
      })
  })
})
