import { open, rm } from "node:fs/promises"
import { backup, DatabaseSync } from "node:sqlite"
import { BUSY_TIMEOUT_MS } from "./database.ts"
import { databaseCorrupt, translateError } from "./errors.ts"

/** More pages than a database has: one batch, which is one state of it; between two, a commit would start it over. */
const ALL_PAGES = 2 ** 31 - 1

export interface CopySqliteOptions {
  /** Database in use; its readers and writers go on meanwhile. */
  from: string
  /** Made here, readable by its owner only. */
  to: string
  /** `ins_…` that the copy must be of. */
  installation: string
}

/**
 * Copies a database as it is at one moment, on another thread, and reads the copy. Answers with its size in bytes. Throws
 * `database_corrupt` and `store_unavailable`.
 * @see https://www.sqlite.org/backup.html
 */
export async function copySqliteDatabase({ from, to, installation }: CopySqliteOptions): Promise<number> {
  try {
    await (await open(to, "wx", 0o600)).close()
    const source = new DatabaseSync(from, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
    try {
      await backup(source, to, { rate: ALL_PAGES })
    } finally {
      source.close()
    }
    return await checkedSize(to, installation)
  } catch (error) {
    throw translateError(from, error)
  }
}

async function checkedSize(file: string, installation: string): Promise<number> {
  const copy = new DatabaseSync(file, { readOnly: true })
  try {
    const found = copy.prepare("select id from installation").get()?.id
    if (found !== installation) throw databaseCorrupt(file, `the copy is of installation ${found}`)
    const { page_count: pages } = copy.prepare("pragma page_count").get() ?? {}
    const { page_size: pageSize } = copy.prepare("pragma page_size").get() ?? {}
    return Number(pages) * Number(pageSize)
  } finally {
    copy.close()
    // What reading a database in WAL mode leaves beside it.
    for (const log of ["-wal", "-shm"]) await rm(`${file}${log}`, { force: true })
  }
}
