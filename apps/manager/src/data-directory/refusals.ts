import { problem } from "@alienplatform/core"

interface Missing {
  directory: string
  database: string
  /** There is such a file, with nothing in it. */
  exists: boolean
  /** `ins_…` where that is known. */
  belongsTo: string | undefined
  /** Names in the directory that an installation made. */
  left: readonly string[]
}

export const databaseMissing = ({ directory, database, exists, belongsTo, left }: Missing) =>
  problem("database_missing", {
    message: `data directory ${directory} holds ${left.join(", ")} of ${belongsTo ?? "an installation"}, but its database ${database} ${exists ? "is empty" : "is missing"}; a start would make another installation, which knows nothing of what this one runs: restore a backup of ${database}, or move ${directory} away to start anew`,
    context: { directory, database, found: [...left] },
  })

interface Mismatch {
  directory: string
  /** The file that says what the directory belongs to. */
  mark: string
  database: string
  /** `ins_…`, by the mark and by the database. */
  belongsTo: string
  found: string
}

export const installationMismatch = ({ directory, mark, database, belongsTo, found }: Mismatch) =>
  problem("installation_mismatch", {
    message: `database ${database} is that of installation ${found}, but ${directory} belongs to ${belongsTo}, as ${mark} says; restore a backup of the database of ${belongsTo} in its place, without any -wal and -shm that lie there, or move ${directory} away to start anew; ${found} goes on in a directory that holds its database and its key alone`,
    context: { directory, database, expected: belongsTo, observed: found },
  })
