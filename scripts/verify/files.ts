import { readdir, readFile } from "node:fs/promises"
import { extname, join, relative, sep } from "node:path"

const SKIPPED = new Set(["node_modules", ".git", ".alien", "coverage", "dist", "target"])
const TEXT = new Set([".ts", ".js", ".mjs", ".cjs", ".json", ".md", ".rs", ".sh", ".toml", ".txt", ".yml", ".yaml", ""])

export interface SourceFile {
  /** Path relative to the root, with `/`. */
  path: string
  text: string
}

/** Reads every text file of the repository, sorted by path; installed and generated files are left out. */
export async function readTextFiles(
  root: string,
  accept: (path: string) => boolean = () => true,
): Promise<SourceFile[]> {
  const entries = await list(root)
  const paths = entries.map((path) => relative(root, path).split(sep).join("/")).filter(accept)
  return Promise.all(paths.sort().map(async (path) => ({ path, text: await readFile(join(root, path), "utf8") })))
}

async function list(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(directory, entry.name)
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : list(path)
      return entry.isFile() && TEXT.has(extname(entry.name)) ? [path] : []
    }),
  )
  return found.flat()
}

export const isTypeScript = (path: string): boolean => path.endsWith(".ts")

/** Is the file loaded by tests only? It may then use development dependencies and look at several packages. */
export const isTestFile = (path: string): boolean =>
  /\.(test|fixture)\.ts$/.test(path) || path.includes("/src/testing/") || path.startsWith("tests/")

/** Line of an offset, from 1. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length
