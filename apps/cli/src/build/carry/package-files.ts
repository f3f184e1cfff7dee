import { readFile } from "node:fs/promises"
import { dirname, join, matchesGlob, relative, sep } from "node:path"
import { problem } from "@alienplatform/core/error"
import { kindOf } from "../stack-file.ts"
import { filesIn } from "./files-in.ts"
import { fileNotCarried } from "./refusal.ts"

export interface PackageFiles {
  /** Folder of the package.json that counts, or of the source where there is none. */
  root: string
  /** Absolute paths of the files that `files` names; undefined without it. */
  files: string[] | undefined
  /** What has to be watched: the package.json, and folders with everything in them. */
  inputs: string[]
}

/**
 * Reads `files` of the package that a module belongs to, as npm does: paths, folders and globs from the package's
 * folder, and `!` before those that are left out again. What names nothing is refused: a frontend that is not built yet
 * would be lost.
 * @param entry absolute path of the first module
 * @param directory folder of the stack's file; no package.json above it is read
 * @param list gives the absolute paths that patterns are compared with
 * @throws `package_file_invalid`, `file_not_carried`
 */
export async function packageFiles(entry: string, directory: string, list = filesIn): Promise<PackageFiles> {
  const manifest = await nearestPackage(dirname(entry), directory)
  if (manifest === undefined) return { root: dirname(entry), files: undefined, inputs: [] }
  const root = dirname(manifest)
  const text = await readFile(manifest, "utf8")
  const patterns = patternsIn(text, manifest)
  if (patterns === undefined) return { root, files: undefined, inputs: [] }
  const strays: string[] = []
  const all = patterns.length > 0 ? await list(root, (link) => strays.push(link)) : []
  const named = new Set<string>()
  const chosen = new Set<string>()
  const inputs = new Set([manifest])
  for (const pattern of patterns) {
    const leavesOut = pattern.startsWith("!")
    const glob = plain(leavesOut ? pattern.slice(1) : pattern)
    const isNamed = (path: string) => matches(relative(root, path).split(sep).join("/"), glob)
    const matching = all.filter(isNamed)
    for (const link of strays.filter(isNamed)) named[leavesOut ? "delete" : "add"](link)
    if (leavesOut) for (const path of matching) chosen.delete(path)
    else if (matching.length > 0 || named.size > 0) for (const path of matching) chosen.add(path)
    else throw nothingNamed(pattern, { path: manifest, text, directory })
    const base = join(root, baseOf(glob))
    if (!leavesOut && (await kindOf(base)) === "folder") inputs.add(base)
  }
  const [stray] = named
  if (stray !== undefined) throw strayNamed(relative(root, stray), { path: manifest, text, directory })
  return { root, files: [...chosen].sort(), inputs: [...inputs, ...chosen] }
}

async function nearestPackage(folder: string, top: string): Promise<string | undefined> {
  const file = join(folder, "package.json")
  if ((await kindOf(file)) === "file") return file
  const parent = dirname(folder)
  return folder === top || parent === folder ? undefined : nearestPackage(parent, top)
}

function patternsIn(text: string, file: string): string[] | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw problem("package_file_invalid", { message: `${file} is not JSON; correct it`, cause })
  }
  const files = typeof parsed === "object" && parsed !== null && "files" in parsed ? parsed.files : undefined
  if (files === undefined) return undefined
  if (Array.isArray(files) && files.every((item) => typeof item === "string")) return files
  throw problem("package_file_invalid", {
    message: `files in ${file} is ${JSON.stringify(files)}; make it a list of paths`,
  })
}

/** A pattern as a path from the package's folder; a folder stands for everything in it. */
const plain = (pattern: string): string =>
  pattern.replace(/^(?:\.?\/)+|^\.$/, "").replace(/(?:\/\*\*(?:\/\*)?|\/)$/, "") || "**"

/** The part of a pattern before its first wildcard: the folder that all it names lies in. */
const baseOf = (glob: string): string => {
  const parts = glob.split("/")
  const wild = parts.findIndex((part) => /[*?[{(]/.test(part))
  return parts.slice(0, wild === -1 ? parts.length : wild).join("/")
}

/** Does the pattern name this file, or a folder that it lies in? */
const matches = (path: string, glob: string): boolean =>
  path === glob ||
  path.startsWith(`${glob}/`) ||
  matchesGlob(path, glob) ||
  (path.includes("/") && matches(path.slice(0, path.lastIndexOf("/")), glob))

const nothingNamed = (pattern: string, { path, text, directory }: { path: string; text: string; directory: string }) =>
  fileNotCarried(
    `files names ${JSON.stringify(pattern)}, and no file of the package is called so; build it first, or take it out of files`,
    { path, text, index: Math.max(0, text.indexOf(JSON.stringify(pattern), text.indexOf(`"files"`))) },
    directory,
  )

const strayNamed = (link: string, { path, text, directory }: { path: string; text: string; directory: string }) =>
  fileNotCarried(
    `files names ${link}, a link to a folder that does not lie in the package; put a copy there, or leave it out by ${JSON.stringify(`!${link}`)}`,
    { path, text, index: Math.max(0, text.indexOf(`"files"`)) },
    directory,
  )
