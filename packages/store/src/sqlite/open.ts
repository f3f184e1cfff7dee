import { open } from "node:fs/promises"
import type { RandomBytes } from "@alienplatform/core"
import { type Clock, systemClock } from "@alienplatform/engine"
import { Kysely, Migrator } from "kysely"
import { migrationProvider, migrations } from "../sql/migrations.ts"
import { sqlStore } from "../sql/store.ts"
import type { Tables } from "../sql/tables.ts"
import type { Store } from "../store.ts"
import { openDatabase } from "./database.ts"
import { NodeSqliteDialect } from "./dialect.ts"
import { storeUnavailable } from "./errors.ts"
import { inspect } from "./inspect.ts"

export interface SqliteStoreOptions {
  /** Created, readable by its owner only, when absent; its directory must exist. `-wal` and `-shm` appear beside it. */
  file: string
  /** Default: the system's. */
  clock?: Clock
  /** Source of the installation's id. Default: cryptographic. */
  random?: RandomBytes
}

/**
 * Opens the store, creating or migrating it. One process per file: take `lockDataDirectory` first. A commit is on the
 * disk before it is answered, so neither a kill nor a power cut loses it.
 * Throws `database_corrupt` and `database_newer` with the file untouched, and `store_unavailable`.
 */
export async function openSqliteStore({ file, clock = systemClock, random }: SqliteStoreOptions): Promise<Store> {
  const state = await inspect(file, Object.keys(migrations))
  if (state === "absent") await createPrivate(file)
  const database = openDatabase(file)
  const dialect = new NodeSqliteDialect(database, file)
  const db = new Kysely<Tables>({ dialect })
  try {
    if (state !== "current") await migrate(db)
  } catch (error) {
    await dialect.close()
    throw error
  }
  return sqlStore({ db, close: dialect.close, clock, random })
}

async function migrate(db: Kysely<Tables>): Promise<void> {
  const { error } = await new Migrator({ db, provider: migrationProvider }).migrateToLatest()
  if (error) throw error
}

/** SQLite gives its log the mode of the database, so this covers all of its files. */
async function createPrivate(file: string): Promise<void> {
  try {
    await (await open(file, "a", 0o600)).close()
  } catch (error) {
    throw storeUnavailable(file, error instanceof Error ? error.message : String(error), error)
  }
}
