import { extname, isAbsolute, relative, resolve } from "node:path"
import { codeOf } from "@alienplatform/core/error"
import { findEntry } from "../find-entry.ts"
import type { SourceToBuild } from "../source.ts"
import { kindOf } from "../stack-file.ts"

/** What a module is bundled into: a command that names it means the bundle. */
const BUNDLE = "index.mjs"
const MODULES = new Set([".ts", ".tsx", ".js", ".mjs", ".cjs"])

/**
 * Does a resource's command run in the source's folder as it lies there, with nothing bundled? It does when it names a
 * file of the folder, and where there is no entry to bundle.
 */
export async function runsFolder({ resource, command, src, directory }: SourceToBuild): Promise<boolean> {
  if (!command) return false
  const kind = await kindOf(src)
  if (kind !== "folder") return kind === "file" && !MODULES.has(extname(src))
  const entry = await findEntry(resource.id, src, directory).catch((error: unknown) => {
    if (codeOf(error) === "source_not_found") return undefined
    throw error
  })
  if (entry === undefined) return true
  const kinds = command.filter((word) => word !== BUNDLE).map((word) => kindIn(src, word))
  return (await Promise.all(kinds)).includes("file")
}

const kindIn = async (folder: string, word: string) => {
  const path = resolve(folder, word)
  const steps = relative(folder, path)
  return isAbsolute(word) || steps === "" || steps.startsWith("..") ? undefined : kindOf(path)
}
