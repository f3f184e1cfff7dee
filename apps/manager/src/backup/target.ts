import { randomUUID } from "node:crypto"
import { lstat, mkdir, readdir, realpath, rename, rm, statfs } from "node:fs/promises"
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path"
import { problem } from "@alienplatform/core"
import { syncFile } from "../data-directory/sync-file.ts"
import { DATABASE, DATABASE_DRAFT } from "./copy-installation.ts"

export interface Target {
  /** Absolute path of the directory that the backup becomes. */
  directory: string
  /** Made beside it, and its name until the backup is whole. */
  draft: string
}

/**
 * Makes a draft beside the directory that a backup is to become: one that is not there yet, or an empty one. Throws
 * `backup_target_invalid`.
 */
export async function makeTarget(given: string, dataDirectory: string): Promise<Target> {
  if (!isAbsolute(given)) throw invalid(given, "is no absolute path")
  const parent = await realpath(dirname(resolve(given))).catch((error: NodeJS.ErrnoException) => {
    throw invalid(given, `cannot be made: ${error.message}`, error)
  })
  const directory = join(parent, basename(resolve(given)))
  if (isWithin(directory, await realpath(dataDirectory)))
    throw invalid(given, `lies in the data directory ${dataDirectory}`)
  if (isEverybodys((await lstat(parent)).mode))
    throw invalid(
      given,
      `lies in ${parent}, where everybody may rename what is there: they could lead the key elsewhere`,
    )
  const there = await lstat(directory).catch(() => undefined)
  if (there && !there.isDirectory()) throw invalid(given, "is there already, and is no directory")
  if (there && there.dev !== (await lstat(parent)).dev)
    throw invalid(
      given,
      "is where another file system is mounted, and a backup becomes one by a rename; name a directory in it",
    )
  const names = there ? await readdir(directory).catch(() => ["what cannot be read"]) : []
  if (names.length > 0) throw invalid(given, `is not empty: it holds ${names.slice(0, 5).join(", ")}`)
  const draft = join(parent, `.${basename(directory)}.${randomUUID().slice(0, 8)}.partial`)
  await mkdir(draft, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw invalid(given, `cannot be made: ${error.message}`, error)
  })
  return { directory, draft }
}

/** Whether something may be the draft of a backup, by its name. */
export const isDraftName = (name: string): boolean => /^\..+\.[0-9a-f]{8}\.partial$/.test(name)

/** Throws `backup_failed` where the disk of the target has no room for so much. */
export async function refuseWithoutRoom({ directory, draft }: Target, totalBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(draft)
  if (bavail * bsize > totalBytes) return
  throw problem("backup_failed", {
    message: `the backup takes ${totalBytes} bytes, and the disk of ${directory} has ${bavail * bsize} left; nothing was written`,
  })
}

/** Gives a draft its name, then its database that of a database; what fails in between leaves nothing. */
export async function placeDraft({ directory, draft }: Target): Promise<void> {
  await rename(draft, directory)
  try {
    await rename(join(directory, DATABASE_DRAFT), join(directory, DATABASE))
    await syncFile(directory)
    await syncFile(dirname(directory))
  } catch (error) {
    await rm(directory, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
}

/** Writable by everybody, and not sticky as /tmp is, where each may rename and remove their own alone. */
const isEverybodys = (mode: number): boolean => (mode & 0o002) !== 0 && (mode & 0o1000) === 0

const isWithin = (path: string, directory: string): boolean => {
  const way = relative(directory, path)
  return way === "" || !(way === ".." || way.startsWith("../") || isAbsolute(way))
}

const invalid = (given: string, why: string, cause?: unknown) =>
  problem("backup_target_invalid", {
    message: `${given} ${why}; name a directory that is not there yet, or an empty one, on the manager's machine`,
    cause,
  })
