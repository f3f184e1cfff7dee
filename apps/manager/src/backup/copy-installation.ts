import { existsSync } from "node:fs"
import { readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { copySqliteDatabase } from "@alienplatform/store"
import { writeMark } from "../data-directory/mark.ts"
import { syncFile } from "../data-directory/sync-file.ts"
import { copyPrivate, type FileToCopy, filesIn } from "./copy-files.ts"
import type { BackupContents, BackupOptions, BackupProgress } from "./report.ts"

export interface BackupSource {
  /** Locked by this process; its manager goes on. */
  dataDirectory: string
  /** `ins_…` */
  installation: string
}

/** Files that are there before the database is copied. */
export interface FilesBefore {
  artifacts: FileToCopy[]
  certificates: FileToCopy[]
  /** Of these and the database. */
  totalBytes: number
}

/** Name of the database in a data directory. */
export const DATABASE = "manager.db"
/** Its name in a copy that is not whole yet. */
export const DATABASE_DRAFT = "manager.db.partial"
const KEY = "key"
const MARK = "installation.json"

/** Finds what a backup has to copy, and how much it is. */
export async function filesBefore(dataDirectory: string): Promise<FilesBefore> {
  const artifacts = await filesIn(dataDirectory, "artifacts", isArtifact)
  const certificates = await filesIn(dataDirectory, "gateway/certificates", isCertificate)
  const log = await stat(join(dataDirectory, `${DATABASE}-wal`)).catch(() => undefined)
  const { size } = await stat(join(dataDirectory, DATABASE))
  return { artifacts, certificates, totalBytes: sizeOf([...artifacts, ...certificates]) + size + (log?.size ?? 0) }
}

/**
 * Copies an installation that is in use into an empty directory, and waits until the disk has it; the database has
 * another name there, so that the directory does not open as an installation yet. Throws the reason of the signal.
 *
 * An artifact never changes under its name, so those that are there before the database are copied first, and those that
 * came meanwhile after it: none that the database knows is missing.
 */
export async function copyInstallation(
  { dataDirectory, installation }: BackupSource,
  draft: string,
  before: FilesBefore,
  { signal, progress }: BackupOptions,
): Promise<BackupContents> {
  const told = tellProgress(before.totalBytes, progress)
  const copyAll = async (files: readonly FileToCopy[]) => {
    const copied: FileToCopy[] = []
    for (const file of files) {
      signal.throwIfAborted()
      if (!(await copyPrivate(join(dataDirectory, file.path), join(draft, file.path)))) continue
      copied.push(file)
      told(file)
    }
    return copied
  }
  const artifacts = await copyAll(before.artifacts)
  const database = join(draft, DATABASE_DRAFT)
  const bytes = await copySqliteDatabase({ from: join(dataDirectory, DATABASE), to: database, installation })
  told({ path: DATABASE, bytes })
  const known = new Set(before.artifacts.map(({ path }) => path))
  const isNew = (path: string) => isArtifact(path) && !known.has(path)
  artifacts.push(...(await copyAll(await filesIn(dataDirectory, "artifacts", isNew))))
  const certificates = await copyAll(before.certificates)
  const key = existsSync(join(dataDirectory, KEY))
  if (key) await copyPrivate(join(dataDirectory, KEY), join(draft, KEY))
  await writeMark(join(draft, MARK), installation, { isBackup: true })
  await syncFile(database)
  await syncDirectories(draft)
  signal.throwIfAborted()
  return { database: { bytes }, artifacts: counted(artifacts), certificates: counted(certificates), key }
}

function tellProgress(expectedBytes: number, progress: (now: BackupProgress) => void): (file: FileToCopy) => void {
  let copiedBytes = 0
  return ({ path, bytes }) => {
    copiedBytes += bytes
    progress({ copiedBytes, totalBytes: Math.max(expectedBytes, copiedBytes), path })
  }
}

const isArtifact = (path: string): boolean => /^artifacts\/[0-9a-f]{64}\.tar\.gz$/.test(path)
const isCertificate = (path: string): boolean => !path.endsWith(".new")
const sizeOf = (files: readonly FileToCopy[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0)
const counted = (files: readonly FileToCopy[]) => ({ count: files.length, bytes: sizeOf(files) })

async function syncDirectories(root: string): Promise<void> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  for (const entry of entries) if (entry.isDirectory()) await syncFile(join(entry.parentPath, entry.name))
  await syncFile(root)
}
