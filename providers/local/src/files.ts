import { readFile, rename, stat, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import { codeOf } from "@alienplatform/core"
import { makeDirectory } from "@alienplatform/core/make-directory"

/** The text of a file; undefined where there is none. */
export const readIfThere = (file: string): Promise<string | undefined> =>
  readFile(file, "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined
    throw error
  })

/** Writes a file whole, by rename and only when its text changes, so that whoever reads it meanwhile finds one of the two. Mode 0600. */
export async function replaceFile(file: string, text: string): Promise<void> {
  if ((await readFile(file, "utf8").catch(() => undefined)) === text) return
  await makeDirectory(dirname(file), 0o700)
  await writeFile(`${file}.new`, text, { mode: 0o600 })
  await rename(`${file}.new`, file)
}

/** Tells whether a path is a file or a folder, links followed; undefined for a missing one, also below a file. */
export async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  const found = await stat(path).catch((error: unknown) => {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return undefined
    throw error
  })
  return found?.isFile() ? "file" : found?.isDirectory() ? "folder" : undefined
}
