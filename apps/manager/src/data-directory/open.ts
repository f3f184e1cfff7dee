import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Clock } from "@alienplatform/engine"
import { type FoundSqliteStore, findSqliteStore, type Store } from "@alienplatform/store"
import { type Mark, readMark, writeMark } from "./mark.ts"
import { databaseMissing, installationMismatch } from "./refusals.ts"
import { openSecretKey, refuseWrongKey } from "./secret-key.ts"

/** What only an installation makes. Whatever of it lies in a directory without a database belongs to one that was lost. */
const OF_AN_INSTALLATION = ["key", "run", "artifacts", "gateway"] as const

export interface OpenDataDirectoryOptions {
  /** Locked by this process. */
  directory: string
  /** 32 bytes in base64 or hex; absent: the file `key` holds them. */
  encryptionKey?: string | undefined
  clock: Clock
}

export interface DataDirectory {
  store: Store
  /** `ins_…` */
  installation: string
  secretKey: Uint8Array
  /** It is a backup that nobody has opened yet: what is stored was true where it was made. `settled` says that it is told. */
  backup?: { settled(): Promise<void> }
}

/**
 * Opens the installation that a data directory belongs to, or makes one where nothing is yet.
 *
 * `installation.json` keeps which one that is beside the database, so that the database is not believed alone. By it a
 * database is noticed that is gone, emptied, or another installation's, even with the same key. It cannot tell an older
 * copy of the same installation's database: to put one there is how a backup is restored. Nor can it tell anything in a
 * directory that was copied whole. Where an older version of this software worked there is no such file; it is written
 * with what the database says, and of another installation's database the key tells then, unless both have the same.
 *
 * A first start makes `installation.json` without an id, `key`, `manager.db`, and then writes the id: a crash between
 * any two of them leaves a first start that goes on, and whatever else is made comes after.
 *
 * Throws `database_missing`, `installation_mismatch`, `key_invalid`, `key_missing`, `key_wrong`, and what the store
 * throws; nothing of what was found is changed then.
 */
export async function openDataDirectory({
  directory,
  encryptionKey,
  clock,
}: OpenDataDirectoryOptions): Promise<DataDirectory> {
  const file = { mark: join(directory, "installation.json"), database: join(directory, "manager.db") }
  const mark = await readMark(file.mark)
  const found = await findSqliteStore({ file: file.database, clock })
  refuseForeign(directory, file, mark, found)
  const isFirst = found.installation === null
  if (isFirst) await writeMark(file.mark, null)
  const key = () =>
    openSecretKey({
      file: join(directory, "key"),
      given: encryptionKey,
      neededBy: isFirst ? undefined : file.database,
    })
  const made = isFirst ? await key() : undefined
  const store = await found.open()
  try {
    const secretKey = made ?? (await key())
    const { id: installation } = await store.installation()
    await refuseWrongKey(store, installation, secretKey)
    if (mark.state !== "made") await writeMark(file.mark, installation)
    const isBackup = mark.state === "made" && mark.isBackup
    const settled = () => writeMark(file.mark, installation)
    return { store, installation, secretKey, ...(isBackup ? { backup: { settled } } : {}) }
  } catch (error) {
    await store.close()
    throw error
  }
}

function refuseForeign(
  directory: string,
  file: { mark: string; database: string },
  mark: Mark,
  { installation, exists }: FoundSqliteStore,
): void {
  const belongsTo = mark.state === "made" ? mark.installation : undefined
  if (installation !== null) {
    if (belongsTo === undefined || belongsTo === installation) return
    throw installationMismatch({ directory, ...file, belongsTo, found: installation })
  }
  // The key is what a first start makes before its database.
  const made = OF_AN_INSTALLATION.filter((name) => name !== "key" || mark.state !== "begun")
  const left = made.filter((name) => existsSync(join(directory, name)))
  const marked = mark.state === "made" || mark.state === "unreadable" ? ["installation.json"] : []
  if (left.length + marked.length > 0)
    throw databaseMissing({ directory, database: file.database, exists, belongsTo, left: [...left, ...marked] })
}
