import { stat } from "node:fs/promises"
import { DatabaseSync } from "node:sqlite"
import { problem } from "@alienplatform/core"
import { refuseDamaged } from "./damage.ts"
import { BUSY_TIMEOUT_MS } from "./database.ts"
import { databaseCorrupt, needsRollback, storeUnavailable, translateError } from "./errors.ts"

export interface Inspected {
  /** absent: nothing is there, or an empty file that a crash left before the first write. */
  schema: "absent" | "current" | "older"
  /** `ins_…`; null where none was made yet. */
  installation: string | null
}

const ABSENT: Inspected = { schema: "absent", installation: null }

/**
 * Looks at a database without changing a byte of it: a connection that may only read neither creates nor
 * checkpoints. Throws `database_corrupt`, `database_newer`, `store_unavailable`.
 * @param known names of the migrations of this version, in their order
 */
export async function inspectDatabase(file: string, known: readonly string[]): Promise<Inspected> {
  const size = await sizeOf(file)
  if (size === 0) {
    // SQLite would throw such a log away: it never writes one before the database has its first page.
    if ((await sizeOf(`${file}-wal`)) > 0) throw databaseCorrupt(file, "it is empty, but its log has content")
    return ABSENT
  }
  try {
    return readOnly(file, known)
  } catch (error) {
    if (!needsRollback(error)) throw translateError(file, error)
  }
  try {
    rollBack(file)
    return (await sizeOf(file)) === 0 ? ABSENT : readOnly(file, known)
  } catch (error) {
    throw translateError(file, error)
  }
}

function readOnly(file: string, known: readonly string[]): Inspected {
  const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
  try {
    const inspected = inspectSchema(file, database, known)
    refuseDamaged(file, database)
    return inspected
  } finally {
    database.close()
  }
}

/** SQLite's own recovery, on first access, of what a crash interrupted before the log was in use. */
function rollBack(file: string): void {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS })
  try {
    database.prepare("select count(*) from sqlite_master").all()
  } finally {
    database.close()
  }
}

function inspectSchema(file: string, database: DatabaseSync, known: readonly string[]): Inspected {
  const rows = database.prepare("select name from sqlite_master where type = 'table'").all()
  const tables = new Set(rows.map(({ name }) => name))
  if (tables.size === 0) return { schema: "older", installation: null }
  if (!tables.has("kysely_migration")) throw databaseCorrupt(file, "it holds the tables of another program")
  const applied = database.prepare("select name from kysely_migration order by name").all()
  for (const [index, { name }] of applied.entries()) {
    if (name === known[index]) continue
    throw problem("database_newer", {
      message: `database ${file} has the schema ${name}, which this version does not know (it knows up to ${known.at(-1)}); nothing was changed, use the version that wrote it or a later one`,
      context: { schema: name, known: known.at(-1) },
    })
  }
  const made = tables.has("installation") ? database.prepare("select id from installation").get() : undefined
  return {
    schema: applied.length === known.length ? "current" : "older",
    installation: made === undefined ? null : String(made.id),
  }
}

const sizeOf = async (file: string): Promise<number> => {
  try {
    return (await stat(file)).size
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0
    throw storeUnavailable(file, error instanceof Error ? error.message : String(error), error)
  }
}
