import { dirname } from "node:path"
import { AlienError, problem } from "@alienplatform/core"

/** Primary result codes. @see https://www.sqlite.org/rescode.html */
const PERM = 3
const BUSY = 5
const LOCKED = 6
const NOMEM = 7
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const CONSTRAINT = 19
const NOTADB = 26
const READONLY_ROLLBACK = 776
const CONSTRAINT_FOREIGNKEY = 787
const CONSTRAINT_PRIMARYKEY = 1555
const CONSTRAINT_UNIQUE = 2067

const unavailable: ReadonlySet<number> = new Set([PERM, BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN])
const duplicate: ReadonlySet<number> = new Set([CONSTRAINT_PRIMARYKEY, CONSTRAINT_UNIQUE])

/** The extended result code of an error of node:sqlite. */
const resultCode = (error: unknown): number | undefined =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode : undefined

export const isBusy = (error: unknown): boolean => ((resultCode(error) ?? 0) & 0xff) === BUSY

/** A crash left a journal that only a connection which may write can roll back. */
export const needsRollback = (error: unknown): boolean => resultCode(error) === READONLY_ROLLBACK

/** What an error of node:sqlite means to a caller of the store; errors in our own SQL stay as they are. */
export function translateError(file: string, error: unknown): unknown {
  const code = resultCode(error)
  if (code === undefined || error instanceof AlienError) return error
  const primary = code & 0xff
  const cause = error instanceof Error ? error : undefined
  if (primary === CORRUPT || primary === NOTADB) return databaseCorrupt(file, `${cause?.message}`, cause)
  if (unavailable.has(primary)) return storeUnavailable(file, `${cause?.message} (SQLite ${code})`, cause)
  if (code === CONSTRAINT_FOREIGNKEY)
    return problem("not_found", { message: "the deployment that this belongs to is not stored; check its id", cause })
  if (primary === CONSTRAINT && duplicate.has(code))
    return problem("store_conflict", {
      message: `the same key is stored already: ${cause?.message}; read it, or use another id`,
      cause,
    })
  return error
}

export const databaseCorrupt = (file: string, why: string, cause?: unknown) =>
  problem("database_corrupt", {
    message: `database ${file} is damaged or not ours: ${why}; it was left as it is: restore a backup of that file in its place and remove its -wal and -shm, or move ${dirname(file)} away to start anew`,
    cause,
  })

export const storeUnavailable = (file: string, why: string, cause?: unknown) =>
  problem("store_unavailable", {
    message: `database ${file} cannot be used now: ${why}; check that the disk is not full and that we may write there`,
    cause,
  })
