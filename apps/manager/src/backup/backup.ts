import { existsSync } from "node:fs"
import { readdir, rename, rm, stat, statfs } from "node:fs/promises"
import { join } from "node:path"
import { AlienError, problem } from "@alienplatform/core"
import { copySqliteDatabase } from "@alienplatform/store"
import { writeMark } from "../data-directory/mark.ts"
import { syncFile } from "../data-directory/sync-file.ts"
import { copyPrivate, type FileToCopy, filesIn } from "./copy-files.ts"
import { makeTarget, type Target } from "./target.ts"

export interface BackupProgress {
  /** Of `totalBytes`, which is known beforehand but for what is added meanwhile. */
  copiedBytes: number
  totalBytes: number
  /** What was copied last, by its path in the data directory. */
  path: string
}

/** What a backup is and holds. */
export interface BackupReport {
  /** Absolute path; `alien serve --data` opens it. */
  directory: string
  /** `ins_…` */
  installation: string
  bytes: number
  contents: {
    database: { bytes: number }
    artifacts: { count: number; bytes: number }
    certificates: { count: number; bytes: number }
    /** False where ALIEN_ENCRYPTION_KEY holds it: it is in no file then, and has to be kept beside the backup. */
    key: boolean
  }
}

export interface BackupSource {
  /** Locked by this process; its manager goes on. */
  dataDirectory: string
  installation: string
}

export interface BackupOptions {
  signal: AbortSignal
  progress(now: BackupProgress): void
}

/** A backup that has its directory and is not whole yet. */
export interface BegunBackup {
  /** Ends with the directory whole, or with nothing of it. Throws `backup_failed` and `interrupted`. */
  finish(options: BackupOptions): Promise<BackupReport>
}

interface FilesBefore {
  artifacts: FileToCopy[]
  certificates: FileToCopy[]
  /** Of these and the database. */
  bytes: number
}

const DATABASE = "manager.db"
const KEY = "key"
const MARK = "installation.json"

/**
 * Makes backups of one data directory while it is in use, one at a time.
 *
 * Copied is what cannot be made again: the database as it is at one moment, the key, artifacts, and issued certificates.
 * Not copied is what belongs to the processes of this machine (`run/`, sockets, `gateway/routes.json`, whose ports would
 * be somebody else's elsewhere) and `logs/`. An artifact never changes under its name, so those that are there before the
 * database are copied first, and those that came meanwhile after it: none that the database knows is missing.
 *
 * It grows in a draft beside its directory. The database comes last, by a rename, after that of the draft: a directory
 * without one that has a key or artifacts is refused as an installation, so whatever a kill leaves is none.
 */
export class Backups {
  readonly #source: BackupSource
  readonly #closing = new AbortController()
  #running: string | undefined
  #ended: Promise<unknown> = Promise.resolve()

  constructor(source: BackupSource) {
    this.#source = source
  }

  /** Throws `backup_running`, `backup_target_invalid`, and `backup_failed` where the disk has too little room. */
  async begin(directory: string): Promise<BegunBackup> {
    if (this.#running !== undefined)
      throw problem("backup_running", {
        message: `a backup to ${this.#running} is being made; wait for its end`,
        retryable: true,
      })
    this.#running = directory
    try {
      const target = await makeTarget(directory, this.#source.dataDirectory)
      try {
        const files = await this.#filesBefore()
        await refuseWithoutRoom(target, files.bytes)
        return { finish: (options) => this.#finishUntilClosed(target, files, options) }
      } catch (error) {
        await rm(target.draft, { recursive: true, force: true })
        throw error
      }
    } catch (error) {
      this.#running = undefined
      throw error
    }
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** Breaks off the one that is under way, and waits until nothing of it is left. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#ended
  }

  #finishUntilClosed(target: Target, before: FilesBefore, options: BackupOptions): Promise<BackupReport> {
    const signal = AbortSignal.any([options.signal, this.#closing.signal])
    const finishing = this.#finish(target, before, { ...options, signal })
    this.#ended = finishing.catch(() => undefined)
    return finishing
  }

  async #filesBefore(): Promise<FilesBefore> {
    const { dataDirectory } = this.#source
    const artifacts = await filesIn(dataDirectory, "artifacts", isArtifact)
    const certificates = await filesIn(dataDirectory, "gateway/certificates", isCertificate)
    const log = await stat(join(dataDirectory, `${DATABASE}-wal`)).catch(() => undefined)
    const { size } = await stat(join(dataDirectory, DATABASE))
    return { artifacts, certificates, bytes: bytesOf([...artifacts, ...certificates]) + size + (log?.size ?? 0) }
  }

  async #finish(target: Target, before: FilesBefore, { signal, progress }: BackupOptions): Promise<BackupReport> {
    const { dataDirectory, installation } = this.#source
    const { directory, draft } = target
    const copied: FileToCopy[] = []
    let made = draft
    const note = (file: FileToCopy) => {
      copied.push(file)
      const copiedBytes = bytesOf(copied)
      progress({ copiedBytes, totalBytes: Math.max(before.bytes, copiedBytes), path: file.path })
    }
    const copyAll = async (files: readonly FileToCopy[]) => {
      for (const file of files) {
        signal.throwIfAborted()
        if (await copyPrivate(join(dataDirectory, file.path), join(draft, file.path))) note(file)
      }
    }
    try {
      await copyAll(before.artifacts)
      const database = join(draft, `${DATABASE}.partial`)
      const bytes = await copySqliteDatabase({ from: join(dataDirectory, DATABASE), to: database, installation })
      note({ path: DATABASE, bytes })
      const known = new Set(before.artifacts.map(({ path }) => path))
      const since = await filesIn(dataDirectory, "artifacts", (path) => isArtifact(path) && !known.has(path))
      await copyAll(since)
      await copyAll(before.certificates)
      const key = existsSync(join(dataDirectory, KEY))
      if (key) await copyPrivate(join(dataDirectory, KEY), join(draft, KEY))
      await writeMark(join(draft, MARK), installation, { isBackup: true })
      await syncFile(database)
      await syncDirectories(draft)
      signal.throwIfAborted()
      await rename(draft, directory)
      made = directory
      await rename(join(directory, `${DATABASE}.partial`), join(directory, DATABASE))
      await syncFile(directory)
      await syncFile(join(directory, ".."))
      const under = (folder: string) => copied.filter(({ path }) => path.startsWith(`${folder}/`))
      const counted = (files: FileToCopy[]) => ({ count: files.length, bytes: bytesOf(files) })
      const [artifacts, certificates] = [counted(under("artifacts")), counted(under("gateway"))]
      const contents = { database: { bytes }, artifacts, certificates, key }
      return { directory, installation, bytes: bytesOf(copied), contents }
    } catch (error) {
      await rm(made, { recursive: true, force: true }).catch(() => undefined)
      throw signal.aborted ? interrupted(directory, error) : failed(directory, error)
    } finally {
      this.#running = undefined
    }
  }
}

const isArtifact = (path: string): boolean => /^artifacts\/[0-9a-f]{64}\.tar\.gz$/.test(path)
const isCertificate = (path: string): boolean => !path.endsWith(".new")
const bytesOf = (files: readonly FileToCopy[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0)

async function refuseWithoutRoom({ directory, draft }: Target, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(draft)
  if (bavail * bsize > bytes) return
  throw problem("backup_failed", {
    message: `the backup takes ${bytes} bytes, and the disk of ${directory} has ${bavail * bsize} left; nothing was written`,
  })
}

async function syncDirectories(root: string): Promise<void> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  for (const entry of entries) if (entry.isDirectory()) await syncFile(join(entry.parentPath, entry.name))
  await syncFile(root)
}

const failed = (directory: string, cause: unknown) =>
  cause instanceof AlienError
    ? cause
    : problem("backup_failed", {
        message: `${directory} could not be written: ${cause instanceof Error ? cause.message : String(cause)}; nothing of it is left`,
        cause,
      })

const interrupted = (directory: string, cause: unknown) =>
  problem("interrupted", { message: `the backup to ${directory} was broken off; nothing of it is left`, cause })
