import { open, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { problem } from "@alienplatform/core"

/** The calls that are tried; tests pass some that fail. */
export interface FileSystem {
  open: typeof open
  rename: typeof rename
  stat: typeof stat
}

const KEPT_MODE = 0o600

/**
 * Tries on two small files what everything that is kept depends on: writing through to the disk, replacing a file by
 * renaming, and a mode that nobody else can read. Throws `data_directory_unsuitable`, naming what the file system of
 * the directory cannot do, and `store_unavailable` where it cannot be written at all.
 */
export async function requireFileSystem(
  directory: string,
  fileSystem: FileSystem = { open, rename, stat },
): Promise<void> {
  const [file, replacement] = ["old", "new"].map((name) => join(directory, `probe.${process.pid}.${name}`)) as [
    string,
    string,
  ]
  const attempt = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (cause) {
      throw unsuitable(directory, `cannot ${what} (${cause instanceof Error ? cause.message : String(cause)})`, cause)
    }
  }
  try {
    for (const path of [file, replacement]) {
      const handle = await fileSystem.open(path, "w", KEPT_MODE).catch((cause: unknown) => {
        throw problem("store_unavailable", {
          message: `data directory ${directory} cannot be written (${cause instanceof Error ? cause.message : String(cause)}); check that we may write there, and that the disk is not full`,
          cause,
        })
      })
      try {
        await attempt("write a file through to the disk", () => handle.sync())
      } finally {
        await handle.close()
      }
    }
    await attempt("replace a file by renaming another", () => fileSystem.rename(replacement, file))
    const { mode } = await fileSystem.stat(file)
    if (process.platform !== "win32" && (mode & 0o077) !== 0)
      throw unsuitable(
        directory,
        `keeps no modes: a file of mode 600 got ${(mode & 0o777).toString(8)}, and keys and tokens lie there`,
      )
  } finally {
    for (const path of [file, replacement]) await rm(path, { force: true })
  }
}

const unsuitable = (directory: string, what: string, cause?: unknown) =>
  problem("data_directory_unsuitable", {
    message: `the file system of data directory ${directory} ${what}`,
    hint: "choose a directory on a local file system of this machine",
    cause,
  })
