import { stat } from "node:fs/promises"
import { join, resolve } from "node:path"
import { problem } from "@alienplatform/core/error"

const NAMES = ["alien.ts", "alien.js", "alien.mjs"]

/**
 * Finds the stack's file: `path` itself, or the first of alien.ts, alien.js and alien.mjs in the folder `path`.
 * Absolute.
 * @throws `stack_not_found` saying where it looked
 */
export async function findStackFile(path: string): Promise<string> {
  const start = resolve(path)
  const kind = await kindOf(start)
  if (kind === "file") return start
  const candidates = kind === "folder" ? NAMES.map((name) => join(start, name)) : [start]
  for (const candidate of candidates) if ((await kindOf(candidate)) === "file") return candidate
  throw problem("stack_not_found", {
    message: `there is no stack at ${candidates.join(", ")}; run the command where alien.ts lies, or name the file`,
    context: { looked: candidates },
  })
}

/** Tells whether a path is a file or a folder; undefined for a missing one, also below a file. */
export async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined
    throw error
  })
  return found?.isFile() ? "file" : found?.isDirectory() ? "folder" : undefined
}
