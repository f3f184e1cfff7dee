import { readFile } from "node:fs/promises"
import { relative, sep } from "node:path"
import { filesIn } from "../carry/files-in.ts"
import { compiledFile, unfitness } from "./compiled-file.ts"
import type { InstalledPackage } from "./installed-package.ts"
import type { Target } from "./target.ts"

/** What is needed to compile, to debug or to read, and not to run. */
const NOT_FOR_RUNNING =
  /\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|gypi?|mk|o|a|d|pdb|map|md|markdown|[cm]?ts|tsbuildinfo)$|(?:^|\/)(?:Makefile$|\.|obj\.target\/)/i

/** Compiled files that are loaded, and not started. */
const LIBRARY = /\.(?:node|dylib)$|\.so(?:\.|$)/

export interface PackageContents {
  /** Files that travel, by path in the package. */
  files: Map<string, { content: Buffer; executable: boolean }>
  /** Is one of them an addon for the target? */
  hasAddon: boolean
  /** Compiled files that do not run on the target: path in the package, and the reason. */
  unfit: { file: string; why: string }[]
}

/** Reads what of an installed package runs on the target. */
export async function packageContents({ directory }: InstalledPackage, target: Target): Promise<PackageContents> {
  const contents: PackageContents = { files: new Map(), hasAddon: false, unfit: [] }
  for (const path of await filesIn(directory)) {
    const file = relative(directory, path).split(sep).join("/")
    if (NOT_FOR_RUNNING.test(file)) continue
    const content = await readFile(path)
    const compiled = compiledFile(content)
    const why = compiled && unfitness(compiled, target)
    if (why !== undefined) contents.unfit.push({ file, why })
    else {
      contents.files.set(file, { content, executable: compiled !== undefined && !LIBRARY.test(file) })
      contents.hasAddon ||= compiled?.isAddon === true
    }
  }
  return contents
}

/** Is a package named in the text of another one's modules, as `require` and `import` have it? */
export function mentions({ files }: PackageContents, name: string): boolean {
  const quoted = new RegExp(`["'\`]${name.replaceAll(".", "\\.")}(?:/[^"'\`]*)?["'\`]`)
  return [...files].some(([file, { content }]) => /\.[cm]?js$/.test(file) && quoted.test(content.toString("utf8")))
}
