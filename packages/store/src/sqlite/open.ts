import { existsSync } from "node:fs"
import { open } from "node:fs/promises"
import type { RandomBytes } from "@alienplatform/core"
import { type Clock, systemClock } from "@alienplatform/engine"
import { Kysely, Migrator } from "kysely"
import { migrationProvider, migrations } from "../sql/migrations.ts"
import { sqlStore } from "../sql/store.ts"
import type { Tables } from "../sql/tables.ts"
import type { Store } from "../store.ts"
import { withCheckpoints } from "./checkpoint.ts"
import { openDatabase } from "./database.ts"
import { NodeSqliteDialect } from "./dialect.ts"
import { storeUnavailable } from "./errors.ts"
import { type Inspected, inspectDatabase } from "./inspect.ts"

export interface SqliteStoreOptions {
  /** Created, readable by its owner only, when absent; its directory must exist. `-wal` and `-shm` appear beside it. */
  file: string
  /** Default: the system's. */
  clock?: Clock
  /** Source of the installation's id. Default: cryptographic. */
  random?: RandomBytes
}

/** What lies at the file of a store, before any of it is changed. */
export interface FoundSqliteStore {
  /** There is a file, if an empty one. */
  exists: boolean
  /** `ins_…`; null while it holds nothing that anything could depend on. */
  installation: string | null
  /** Creates or migrates it. A commit is on the disk before it is answered: neither a kill nor a power cut loses it. */
  open(): Promise<Store>
}

/**
 * Looks for a store. One process per file: take `lockDataDirectory` first.
 * Throws `database_corrupt` and `database_newer` with the file untouched, and `store_unavailable`.
 */
export async function findSqliteStore(options: SqliteStoreOptions): Promise<FoundSqliteStore> {
  const { schema, installation } = await inspectDatabase(options.file, Object.keys(migrations))
  return { exists: existsSync(options.file), installation, open: () => openAs(schema, options) }
}

/** Opens the store of a file, creating or migrating it. Throws what `findSqliteStore` throws. One process per file. */
export const openSqliteStore = async (options: SqliteStoreOptions): Promise<Store> =>
  (await findSqliteStore(options)).open()

async function openAs(
  schema: Inspected["schema"],
  { file, clock = systemClock, random }: SqliteStoreOptions,
): Promise<Store> {
  if (schema === "absent") await createPrivate(file)
  const database = openDatabase(file)
  const dialect = new NodeSqliteDialect(database, file)
  const db = new Kysely<Tables>({ dialect })
  try {
    if (schema !== "current") await migrate(db)
  } catch (error) {
    await dialect.close()
    throw error
  }
  return withCheckpoints(db, sqlStore({ db, close: dialect.close, clock, time: async () => clock.now(), random }))
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
