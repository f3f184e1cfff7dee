import { readdir, readlink, stat } from "node:fs/promises"
import { dirname, isAbsolute, join, relative, resolve } from "node:path"
import { isExecutableMode } from "../executable-mode.ts"
import { kindOf } from "../stack-file.ts"

/** A file or a link in a folder. */
export interface TreeEntry {
  /** Relative to the folder. */
  path: string
  bytes: number
  executable: boolean
  /** Of a link that is kept: what it leads to, relative to where it lies. */
  linksTo?: string
}

export interface FolderTree {
  entries: TreeEntry[]
  /** What is left out by its name or kind. */
  leftOut: string[]
  /** Links that lead out of the folder or to nothing, and what they lead to. */
  stray: { path: string; target: string }[]
}

/** Names that never travel: what version control, systems and this command itself leave. */
const NEVER = /^(?:\.git|\.hg|\.svn|\.DS_Store|\.alien)$/
/** Names that do not travel unless they are named: files that usually hold secrets, and caches that are made again. */
const LEFT_OUT = /^(?:\.env(?:\..+)?|\.npmrc|\.netrc|\.venv|__pycache__)$/
/** A folder with one of these is a cache, or an environment of Python that works where it was made only. */
const MARKS = ["CACHEDIR.TAG", "pyvenv.cfg"]

/**
 * Lists a folder with everything below it, packages too, in order of name.
 * @param isNamed what is left out otherwise is listed as well, because a package.json names what travels
 */
export async function folderTree(folder: string, isNamed = false, below = ""): Promise<FolderTree> {
  const found: FolderTree = { entries: [], leftOut: [], stray: [] }
  const names = await readdir(join(folder, below), { withFileTypes: true })
  for (const entry of names.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`
    const isCache = LEFT_OUT.test(entry.name) || (entry.isDirectory() && (await isMarked(join(folder, path))))
    if (NEVER.test(entry.name) || (isCache && !isNamed)) found.leftOut.push(path)
    else if (entry.isDirectory()) {
      const { entries, leftOut, stray } = await folderTree(folder, isNamed, path)
      found.entries.push(...entries)
      found.leftOut.push(...leftOut)
      found.stray.push(...stray)
    } else if (entry.isSymbolicLink()) await addLink(found, folder, path)
    else if (entry.isFile()) found.entries.push(await fileAt(folder, path))
    else found.leftOut.push(path) // A socket or pipe.
  }
  return found
}

const isMarked = async (folder: string): Promise<boolean> =>
  (await Promise.all(MARKS.map((mark) => kindOf(join(folder, mark))))).includes("file")

async function fileAt(folder: string, path: string): Promise<TreeEntry> {
  const { size, mode } = await stat(join(folder, path))
  return { path, bytes: size, executable: isExecutableMode(mode) }
}

/** A link within the folder stays one. Of one that leads elsewhere the file travels; a folder elsewhere does not. */
async function addLink(found: FolderTree, folder: string, path: string): Promise<void> {
  const target = await readlink(join(folder, path))
  const from = dirname(join(folder, path))
  const leadsTo = resolve(from, target)
  const kind = await kindOf(join(folder, path))
  const steps = relative(folder, leadsTo)
  if (kind !== undefined && !isAbsolute(target) && !steps.startsWith(".."))
    found.entries.push({ path, bytes: 0, executable: false, linksTo: relative(from, leadsTo) })
  else if (kind === "file") found.entries.push(await fileAt(folder, path))
  else found.stray.push({ path, target })
}
