import { readFile, rename, rm, writeFile } from "node:fs/promises"
import { basename, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { AlienError, problem } from "@alienplatform/core"
import { requireFileSystem } from "../file-system.ts"
import { makePrivateDirectory } from "../private-directory.ts"
import { isBusy, translateError } from "./errors.ts"

/** Whoever works in a data directory. */
export interface LockHolder {
  pid: number
  /** When that process started, ms since the epoch. */
  startedAt: number
  /** For people; carries no arguments that could be secret. */
  command: string
}

export interface DataDirectoryLock {
  holder: LockHolder
  /** Lets the next process in. The end of the process does the same, however it ends. */
  release(): Promise<void>
}

/**
 * Makes this the one process that works in `directory`, creating it when absent. Throws `data_directory_locked`,
 * naming the holder, `data_directory_unsafe` where others may write there, and `store_unavailable`.
 *
 * An operating system's lock on a file of its own: the kernel frees it with the process, so there is nothing to clean
 * up after a kill; it is held before the database is touched; and backups can read the database meanwhile. Nothing but
 * SQLite may open `lock.db`: closing any descriptor of a file drops all POSIX locks that the process has on it.
 */
export async function lockDataDirectory(
  directory: string,
  { command = ownCommand() }: { command?: string } = {},
): Promise<DataDirectoryLock> {
  const file = join(directory, "lock.db")
  const namesHolder = join(directory, "lock.json")
  const lock = await openLock(directory, file)
  try {
    // The exclusive lock that this takes is kept after the commit, until the connection ends.
    lock.exec("pragma locking_mode = exclusive; begin exclusive; commit")
  } catch (error) {
    lock.close()
    throw isBusy(error) ? await describeLock(directory, namesHolder) : translateError(file, error)
  }
  const holder: LockHolder = { pid: process.pid, startedAt: Math.round(performance.timeOrigin), command }
  try {
    await writeFile(`${namesHolder}.new`, `${JSON.stringify(holder)}\n`, { mode: 0o600 })
    await rename(`${namesHolder}.new`, namesHolder)
  } catch (error) {
    lock.close()
    throw directoryUnavailable(directory, error)
  }
  let held = true
  return {
    holder,
    async release() {
      if (!held) return
      held = false
      await rm(namesHolder, { force: true })
      lock.close()
    },
  }
}

async function openLock(directory: string, file: string): Promise<DatabaseSync> {
  try {
    await makePrivateDirectory(directory)
  } catch (error) {
    throw error instanceof AlienError ? error : directoryUnavailable(directory, error)
  }
  await requireFileSystem(directory)
  try {
    return new DatabaseSync(file, { timeout: 0 })
  } catch (error) {
    throw translateError(file, error)
  }
}

async function describeLock(directory: string, namesHolder: string) {
  const holder = await readHolder(namesHolder)
  const who = holder
    ? `process ${holder.pid} (${holder.command}), running since ${new Date(holder.startedAt).toISOString()}`
    : "another process that has not said yet who it is, unless its file system has no locks"
  return problem("data_directory_locked", {
    message: `data directory ${directory} is in use by ${who}; stop it, or point to another data directory`,
    context: { directory, ...(holder && { holder }) },
  })
}

/** Latest time that a JavaScript date can hold, ms since the epoch. */
const LATEST_DATE = 8.64e15

/** Whatever stands there: a holder that was killed while writing leaves the file of the one before, or none. */
async function readHolder(file: string): Promise<LockHolder | undefined> {
  try {
    const { pid, startedAt, command }: Record<string, unknown> = JSON.parse(await readFile(file, "utf8"))
    if (!Number.isInteger(pid) || !(Math.abs(Number(startedAt)) <= LATEST_DATE) || typeof command !== "string")
      return undefined
    return { pid: Number(pid), startedAt: Number(startedAt), command: command.slice(0, 200) }
  } catch {
    return undefined
  }
}

/** The program and its sub-commands, up to the first option. */
function ownCommand(): string {
  const [, program = "node", ...rest] = process.argv
  const end = rest.findIndex((argument) => argument.startsWith("-"))
  return [basename(program), ...(end < 0 ? rest : rest.slice(0, end))].join(" ")
}

const directoryUnavailable = (directory: string, cause: unknown) =>
  problem("store_unavailable", {
    message: `data directory ${directory} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}; check that it is a directory, that we may write there, and that the disk is not full`,
    cause,
  })
