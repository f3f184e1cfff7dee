import { DatabaseSync } from "node:sqlite"
import { translateError } from "./errors.ts"

/** How long a call blocks while another program, a backup for example, holds the database. */
export const BUSY_TIMEOUT_MS = 2_000

/** Holds the inner pages of the indexes of 100,000 deployments; SQLite's own 2,000 KiB nearly halve reads by key there. */
const CACHE_KIB = 16_384

/** As large as SQLite lets the log grow by itself; what a long reader made of it beyond that is given back. */
const MAX_LOG_BYTES = 4 * 1024 * 1024

/** A connection that reads and writes, set up so that a commit that was answered survives a power cut. */
export function openDatabase(file: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true })
    database.exec("pragma journal_mode = wal")
    // NORMAL does not wait for the disk at a commit: a power cut would lose answered ones.
    database.exec("pragma synchronous = full")
    database.exec(`pragma cache_size = -${CACHE_KIB}`)
    database.exec(`pragma journal_size_limit = ${MAX_LOG_BYTES}`)
    return database
  } catch (error) {
    database?.close()
    throw translateError(file, error)
  }
}
