import { DatabaseSync } from "node:sqlite"

/**
 * A lock between processes. An exclusive SQLite transaction holds the file's lock in the kernel, which gives
 * it back when the process dies, however it dies: there is no stale lock to judge. Nothing when another one holds it
 * and does not give it back within `waitMs`, which blocks.
 * @see https://www.sqlite.org/lockingv3.html
 */
export function takeLock(file: string, waitMs = 0): DatabaseSync | undefined {
  const database = new DatabaseSync(file)
  try {
    database.exec(`PRAGMA busy_timeout = ${waitMs}; BEGIN EXCLUSIVE`)
    return database
  } catch (error) {
    database.close()
    if (/locked|busy/.test((error as Error).message)) return undefined
    throw error
  }
}
