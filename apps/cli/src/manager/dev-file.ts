import { open } from "node:fs/promises"
import { dirname, join } from "node:path"
import { problem } from "@alienplatform/core/error"
import { isLoopback } from "../loopback.ts"

/** The manager of a running `alien dev`. */
export interface DevManager {
  url: string
  token: string
  pid: number
  /** Name of its deployment; absent in a file of a version that named all alike. */
  deployment?: string
}

/** One that was found from a folder. */
export interface FoundDev extends DevManager {
  /** Folder of its stack: the one that was asked for, or one above it. */
  folder: string
}

export const devFile = (folder: string): string => join(folder, ".alien", "dev.json")

/** Finds the `alien dev` of a folder, or of the nearest one above it in which one runs. Throws `config_insecure`. */
export async function findDev(from: string): Promise<FoundDev | undefined> {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = await readDevFile(folder)
    if (found) return { ...found, folder }
    if (dirname(folder) === folder) return undefined
  }
}

/**
 * Reads which `alien dev` runs in a folder; undefined where none does. The file holds a token, so one of another user
 * is ignored, and one that others may read is refused with `config_insecure`.
 */
export async function readDevFile(folder: string): Promise<DevManager | undefined> {
  const path = devFile(folder)
  const file = await open(path, "r").catch(() => undefined)
  if (!file) return undefined
  try {
    const { uid, mode } = await file.stat()
    if (process.getuid && uid !== process.getuid()) return undefined
    const found = devManagerOf(await file.readFile("utf8"))
    if (!found || !isAlive(found.pid)) return undefined
    if (process.platform !== "win32" && (mode & 0o077) !== 0)
      throw problem("config_insecure", {
        message: `${path} has mode ${(mode & 0o777).toString(8).padStart(4, "0")} and holds a token that others could read`,
        hint: `run: chmod 600 ${path}`,
      })
    return found
  } finally {
    await file.close()
  }
}

function devManagerOf(text: string): DevManager | undefined {
  try {
    const { url, token, pid, deployment } = JSON.parse(text)
    return new URL(url).protocol === "http:" &&
      isLoopback(url) &&
      typeof token === "string" &&
      token !== "" &&
      Number.isInteger(pid) &&
      pid > 0
      ? { url, token, pid, ...(typeof deployment === "string" ? { deployment } : {}) }
      : undefined
  } catch {
    return undefined
  }
}

/** Does the process exist? A process of another user answers EPERM; ours never does. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
