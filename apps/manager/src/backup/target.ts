import { randomUUID } from "node:crypto"
import { lstat, mkdir, readdir, realpath } from "node:fs/promises"
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path"
import { problem } from "@alienplatform/core"

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
  const there = await lstat(directory).catch(() => undefined)
  if (there && !there.isDirectory()) throw invalid(given, "is there already, and is no directory")
  const names = there ? await readdir(directory).catch(() => ["what cannot be read"]) : []
  if (names.length > 0) throw invalid(given, `is not empty: it holds ${names.slice(0, 5).join(", ")}`)
  const draft = join(parent, `.${basename(directory)}.${randomUUID().slice(0, 8)}.partial`)
  await mkdir(draft, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw invalid(given, `cannot be made: ${error.message}`, error)
  })
  return { directory, draft }
}

const isWithin = (path: string, directory: string): boolean => {
  const way = relative(directory, path)
  return way === "" || !(way === ".." || way.startsWith("../") || isAbsolute(way))
}

const invalid = (given: string, why: string, cause?: unknown) =>
  problem("backup_target_invalid", {
    message: `${given} ${why}; name a directory that is not there yet, or an empty one, on the manager's machine`,
    cause,
  })
