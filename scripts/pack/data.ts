import { readdir } from "node:fs/promises"
import { join, sep } from "node:path"

/** Folder names whose files belong to other projects: they are copied unchanged, sources included. */
const TEMPLATES = "templates"

export interface DataFile {
  /** Path in the checkout's package, with `/`: `src/init/templates/alien.ts`. */
  from: string
  /** Path in the tarball: `dist/init/templates/alien.ts`. */
  path: string
}

/** Data files of a package: every file below `src` that is no source, golden file or test helper, and all templates. */
export async function dataOf(folder: string): Promise<DataFile[]> {
  const paths = [...(await filesBelow(folder, "src")).filter(isData), ...(await filesBelow(folder, TEMPLATES))]
  return paths.map((from) => ({ from, path: from.replace(/^src\//, "dist/") }))
}

/** Top-level folders of a tarball that hold data. */
export const dataFolders = (files: readonly DataFile[]): string[] =>
  files.some(({ path }) => path.startsWith(`${TEMPLATES}/`)) ? [TEMPLATES] : []

export function isData(path: string): boolean {
  const folders = path.split("/").slice(0, -1)
  if (folders.includes("testing")) return false
  return folders.includes(TEMPLATES) || !(path.endsWith(".ts") || /\.(?:golden|fixture)\./.test(path))
}

async function filesBelow(folder: string, part: string): Promise<string[]> {
  const entries = await readdir(join(folder, part), { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return []
      throw error
    },
  )
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .split(sep)
        .join("/"),
    )
}
