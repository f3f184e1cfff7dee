import { rm } from "node:fs/promises"
import { AlienError, problem } from "@alienplatform/core"
import { type BackupSource, copyInstallation, type FilesBefore, filesBefore } from "./copy-installation.ts"
import { forgetDraft, noteDraft } from "./draft-note.ts"
import type { BackupOptions, BackupReport } from "./report.ts"
import { makeTarget, placeDraft, refuseWithoutRoom, type Target } from "./target.ts"

/** A backup that has its directory and is not whole yet. */
export interface BegunBackup {
  /** Ends with the directory whole, or with nothing of it. Throws `backup_failed` and `interrupted`. */
  finish(options: BackupOptions): Promise<BackupReport>
}

/**
 * Makes backups of one data directory while it is in use, one at a time.
 *
 * Copied is what cannot be made again: the database as it is at one moment, the key, artifacts, and issued certificates.
 * Not copied is what belongs to the processes of this machine (`run/`, sockets, `gateway/routes.json`, whose ports would
 * be somebody else's elsewhere) and `logs/`.
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
      const files = await this.#prepare(target)
      return { finish: (options) => this.#finishUntilClosed(target, files, options) }
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

  async #prepare(target: Target): Promise<FilesBefore> {
    const { dataDirectory } = this.#source
    try {
      await noteDraft(dataDirectory, target.draft)
      const files = await filesBefore(dataDirectory)
      await refuseWithoutRoom(target, files.totalBytes)
      return files
    } catch (error) {
      await this.#discard(target)
      throw failed(target.directory, error)
    }
  }

  #finishUntilClosed(target: Target, before: FilesBefore, options: BackupOptions): Promise<BackupReport> {
    const signal = AbortSignal.any([options.signal, this.#closing.signal])
    const finishing = this.#finish(target, before, { ...options, signal })
    this.#ended = finishing.catch(() => undefined)
    return finishing
  }

  async #finish(target: Target, before: FilesBefore, options: BackupOptions): Promise<BackupReport> {
    const { installation } = this.#source
    const { directory, draft } = target
    try {
      const contents = await copyInstallation(this.#source, draft, before, options)
      await placeDraft(target)
      const { database, artifacts, certificates } = contents
      return { directory, installation, bytes: database.bytes + artifacts.bytes + certificates.bytes, contents }
    } catch (error) {
      if (this.#closing.signal.aborted) throw stopped(directory, error)
      throw options.signal.aborted ? interrupted(directory, error) : failed(directory, error)
    } finally {
      await this.#discard(target)
      this.#running = undefined
    }
  }

  /** Removes the draft, if it is still one. */
  async #discard({ draft }: Target): Promise<void> {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined)
    await forgetDraft(this.#source.dataDirectory).catch(() => undefined)
  }
}

const failed = (directory: string, cause: unknown) =>
  cause instanceof AlienError
    ? cause
    : problem("backup_failed", {
        message: `${directory} could not be written: ${cause instanceof Error ? cause.message : String(cause)}; nothing of it is left`,
        cause,
      })

const stopped = (directory: string, cause: unknown) =>
  problem("backup_failed", {
    message: `the manager was stopped before the backup to ${directory} was whole; nothing of it is left, make it again`,
    retryable: true,
    cause,
  })

const interrupted = (directory: string, cause: unknown) =>
  problem("interrupted", { message: `the backup to ${directory} was broken off; nothing of it is left`, cause })
