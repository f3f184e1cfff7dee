import { readdir, realpath, stat } from "node:fs/promises"
import { join, sep } from "node:path"

/** Names that never travel: dependencies, which are bundled, and what version control and systems leave. */
const LEFT_OUT = new Set(["node_modules", ".git", ".hg", ".svn", ".DS_Store"])

/**
 * Absolute paths of all files below a folder, in order of name. Links are followed to files, and to folders in it.
 * @param onStray called with a link to a folder that lies elsewhere, or to one that the link itself lies in
 */
export async function filesIn(folder: string, onStray: (link: string) => void = () => undefined): Promise<string[]> {
  const top = await realpath(folder)
  const visit = async (path: string, real: string): Promise<string[]> => {
    const entries = await readdir(path, { withFileTypes: true })
    const found: string[] = []
    for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
      if (LEFT_OUT.has(entry.name)) continue
      const below = join(path, entry.name)
      const kind = entry.isSymbolicLink() ? await stat(below).catch(() => undefined) : entry
      if (kind?.isFile()) found.push(below)
      if (!kind?.isDirectory()) continue
      const target = await realpath(below)
      if (!isIn(top, target) || isIn(target, real)) onStray(below)
      else found.push(...(await visit(below, target)))
    }
    return found
  }
  return visit(folder, top)
}

const isIn = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep)
