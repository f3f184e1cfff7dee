import { constants } from "node:fs"
import { chmod, copyFile, readdir, stat } from "node:fs/promises"
import { dirname, join } from "node:path"
import { makeDirectory } from "@alienplatform/core/make-directory"
import { syncFile } from "../data-directory/sync-file.ts"

/** A file to copy, by its path in the data directory. */
export interface FileToCopy {
  path: string
  bytes: number
}

/** Finds the files of a directory and, by name, of those below it; one that is not there has none. */
export async function filesIn(root: string, below: string, isWanted: (path: string) => boolean): Promise<FileToCopy[]> {
  const entries = await readdir(join(root, below), { recursive: true, withFileTypes: true }).catch(emptyIfMissing)
  const found: FileToCopy[] = []
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name).slice(root.length + 1)
    if (!entry.isFile() || !isWanted(path)) continue
    const there = await stat(join(root, path)).catch(undefinedIfMissing)
    if (there) found.push({ path, bytes: there.size })
  }
  return found.sort((one, other) => (one.path < other.path ? -1 : 1))
}

/**
 * Copies a file, readable by its owner only, and waits until the disk has it. False where it has gone meanwhile. On a file
 * system that can, both share their blocks until one is changed.
 */
export async function copyPrivate(from: string, to: string): Promise<boolean> {
  await makeDirectory(dirname(to), 0o700)
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false
    throw error
  }
  await chmod(to, 0o600)
  await syncFile(to)
  return true
}

const undefinedIfMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== "ENOENT") throw error
}
const emptyIfMissing = (error: NodeJS.ErrnoException): [] => {
  if (error.code !== "ENOENT") throw error
  return []
}
