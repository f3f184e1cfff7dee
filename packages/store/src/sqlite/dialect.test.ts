import { DatabaseSync } from "node:sqlite"
import { Kysely, sql } from "kysely"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { NodeSqliteDialect } from "./dialect.ts"

interface Things {
  things: { id: string; size: number }
}

describe("the dialect for node:sqlite", () => {
  let database: DatabaseSync
  let dialect: NodeSqliteDialect
  let db: Kysely<Things>
  beforeEach(() => {
    database = new DatabaseSync(":memory:")
    database.exec("create table things (id text primary key, size integer not null)")
    dialect = new NodeSqliteDialect(database, "manager.db")
    db = new Kysely({ dialect })
  })
  afterEach(() => dialect.close())

  const put = (id: string, size = 1) => db.insertInto("things").values({ id, size })
  const ids = async () => (await db.selectFrom("things").select("id").orderBy("id").execute()).map(({ id }) => id)

  test("tells how many rows a write changed, and answers a write with `returning`", async () => {
    await put("a").execute()
    await put("b").execute()
    const { numUpdatedRows } = await db.updateTable("things").set({ size: 2 }).executeTakeFirst()
    expect(numUpdatedRows).toBe(2n)
    expect(await db.deleteFrom("things").where("id", "=", "a").returning("size").execute()).toEqual([{ size: 2 }])
    expect(await ids()).toEqual(["b"])
  })

  test("hides what a transaction has not committed from everybody else", async () => {
    const order: string[] = []
    const writing = db.transaction().execute(async (tx) => {
      await tx.insertInto("things").values({ id: "a", size: 1 }).execute()
      await new Promise((resolve) => setImmediate(resolve))
      order.push("committed")
    })
    const reading = ids().then((found) => order.push(`read ${found}`))
    await Promise.all([writing, reading])
    expect(order).toEqual(["committed", "read a"])
  })

  test("serves those who wait in the order in which they came", async () => {
    const order: number[] = []
    await Promise.all(
      [3, 1, 2].map((size) =>
        put(`${size}`, size)
          .execute()
          .then(() => order.push(size)),
      ),
    )
    expect(order).toEqual([3, 1, 2])
  })

  test("rolls back a transaction that fails, and goes on", async () => {
    const failing = db.transaction().execute(async (tx) => {
      await tx.insertInto("things").values({ id: "a", size: 1 }).execute()
      throw new Error("changed my mind")
    })
    await expect(failing).rejects.toThrow("changed my mind")
    expect(await ids()).toEqual([])
    await put("b").execute()
    expect(await ids()).toEqual(["b"])
  })

  test("reports a full disk with the cause's words, keeps what was committed and works again with space", async () => {
    await put("a").execute()
    database.exec("pragma max_page_count = 3")
    const filling = db.transaction().execute(async (tx) => {
      for (let index = 0; index < 100; index++)
        await tx
          .insertInto("things")
          .values({ id: `${index}`.repeat(500), size: 1 })
          .execute()
    })
    await expect(filling).rejects.toMatchObject({
      code: "store_unavailable",
      retryable: true,
      message: expect.stringContaining("database or disk is full"),
    })
    expect(await ids()).toEqual(["a"])
    database.exec("pragma max_page_count = 1000")
    await put("b").execute()
    expect(await ids()).toEqual(["a", "b"])
  })

  test("keeps the reason when SQLite has rolled back by itself", async () => {
    const failing = db.transaction().execute(async (tx) => {
      await tx.insertInto("things").values({ id: "a", size: 1 }).execute()
      await sql`insert or rollback into things values ('a', 2)`.execute(tx)
    })
    await expect(failing).rejects.toMatchObject({ code: "store_conflict" })
    expect(await ids()).toEqual([])
  })

  test("reports a database that may only be read", async () => {
    database.exec("pragma query_only = on")
    await expect(put("a").execute()).rejects.toMatchObject({
      code: "store_unavailable",
      message: expect.stringContaining("attempt to write a readonly database"),
    })
  })

  test("leaves mistakes in our own SQL as they are", async () => {
    await expect(sql`select * from nothing`.execute(db)).rejects.toMatchObject({ code: "ERR_SQLITE_ERROR" })
    await expect(put("a", Number.NaN).execute()).rejects.toMatchObject({ code: "ERR_SQLITE_ERROR" })
  })

  test("answers from kept statements after the schema changed", async () => {
    await put("a").execute()
    const all = () => db.selectFrom("things").selectAll().execute()
    expect(await all()).toEqual([{ id: "a", size: 1 }])
    database.exec("alter table things add column colour text default 'red'")
    expect(await all()).toEqual([{ id: "a", size: 1, colour: "red" }])
  })

  test("keeps a limited number of statements", async () => {
    for (let index = 0; index < 600; index++) await sql.raw(`select ${index} as value`).execute(db)
    expect((await sql.raw("select 7 as value").execute(db)).rows).toEqual([{ value: 7 }])
  })
})
