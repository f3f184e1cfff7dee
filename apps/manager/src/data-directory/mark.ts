import { open, readFile, rename } from "node:fs/promises"
import { dirname } from "node:path"
import { problem } from "@alienplatform/core"
import { z } from "zod"
import { syncFile } from "./sync-file.ts"

/**
 * What a data directory says of itself in `installation.json`.
 * none: there is no such file. begun: a first start is under way, or was when it was killed. unreadable: the file says nothing.
 */
export type Mark =
  | { state: "none" | "begun" | "unreadable" }
  /** isBackup: nobody has opened it since it was copied from where it worked. */
  | { state: "made"; installation: string; isBackup: boolean }

const Content = z.object({ installation: z.string().min(1).nullable(), backup: z.boolean().default(false) })

export async function readMark(file: string): Promise<Mark> {
  let text: string
  try {
    text = await readFile(file, "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { state: "none" }
    throw unusable(file, error)
  }
  try {
    const { installation, backup: isBackup } = Content.parse(JSON.parse(text))
    return installation === null ? { state: "begun" } : { state: "made", installation, isBackup }
  } catch {
    return { state: "unreadable" }
  }
}

/** Replaces it whole; survives a power cut. null: the first start begins. */
export async function writeMark(
  file: string,
  installation: string | null,
  { isBackup = false }: { isBackup?: boolean } = {},
): Promise<void> {
  try {
    const handle = await open(`${file}.new`, "w", 0o600)
    try {
      await handle.writeFile(`${JSON.stringify({ installation, ...(isBackup ? { backup: true } : {}) })}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(`${file}.new`, file)
    await syncFile(dirname(file))
  } catch (error) {
    throw unusable(file, error)
  }
}

const unusable = (file: string, cause: unknown) =>
  problem("store_unavailable", {
    message: `${file} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}; check that the disk is not full and that we may read and write there`,
    cause,
  })
