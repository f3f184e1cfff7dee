import { statSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import { databaseCorrupt } from "./errors.ts"

/** Of a database up to this size all pages are looked at, which takes some 20 ms. */
const CHECKED_WHOLE_BYTES = 16 * 1024 * 1024

/**
 * Throws `database_corrupt` for what can be seen of damage without a start taking longer the more is stored.
 *
 * A small database is checked whole, by `pragma quick_check`. Of a larger one it is noticed that pages are missing at its
 * end and that the first or last page of a table is damaged; damage between those is found where it is read. Values that
 * were changed inside an intact page, and commits that went with a removed or cut log, cannot be noticed.
 */
export function refuseDamaged(file: string, database: DatabaseSync): void {
  const pages = pragma(database, "page_count")
  const pageSize = pragma(database, "page_size")
  // Pages that a checkpoint has not written yet are in the log, and there are no more of those than it has room for.
  const missing = pages - Math.floor(sizeOf(file) / pageSize)
  if (missing > sizeOf(`${file}-wal`) / pageSize)
    throw databaseCorrupt(file, `it was cut, ${missing} of its ${pages} pages are missing`)
  if (pages * pageSize > CHECKED_WHOLE_BYTES) readEnds(database)
  else checkWhole(file, database)
}

function checkWhole(file: string, database: DatabaseSync): void {
  const { quick_check: found } = database.prepare("pragma quick_check(1)").get() ?? {}
  if (found !== "ok") throw databaseCorrupt(file, `${String(found).split("\n").at(-1)}`)
}

/** Goes from the root of every table down to its first and to its last row; SQLite throws at a damaged page. */
function readEnds(database: DatabaseSync): void {
  const tables = database.prepare("select name from sqlite_master where type = 'table' and rootpage > 0").all()
  for (const { name } of tables) {
    const table = `"${String(name).replaceAll('"', '""')}"`
    for (const order of ["asc", "desc"])
      database.prepare(`select * from ${table} order by rowid ${order} limit 1`).get()
  }
}

const pragma = (database: DatabaseSync, name: "page_count" | "page_size"): number =>
  Number(database.prepare(`pragma ${name}`).get()?.[name])

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0
