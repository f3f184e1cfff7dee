import { readdir, stat } from "node:fs/promises"
import { join } from "node:path"

/** Names that never travel: dependencies, which are bundled, and what version control and systems leave. */
const LEFT_OUT = new Set(["node_modules", ".git", ".hg", ".svn", ".DS_Store"])

/** Absolute paths of all files below a folder, in order of name. Links are followed to files, not to folders. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found: string[] = []
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    if (LEFT_OUT.has(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) found.push(...(await filesIn(path)))
    else if (entry.isFile() || (entry.isSymbolicLink() && (await stat(path).catch(() => undefined))?.isFile()))
      found.push(path)
  }
  return found
}
