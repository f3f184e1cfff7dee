import { glob, readFile } from "node:fs/promises"
import { join } from "node:path"

/** A workspace: its directory and members of its package.json. */
export interface Workspace {
  /** Path relative to the root, with `/`; empty for the root itself. */
  directory: string
  name: string
  dependencies: readonly string[]
  devDependencies: readonly string[]
}

interface PackageJson {
  name: string
  workspaces?: readonly string[]
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

/** Reads the root's package.json and those of all its workspaces; the root comes first, the others sorted. */
export async function readWorkspaces(root: string): Promise<Workspace[]> {
  const read = async (directory: string): Promise<PackageJson> =>
    JSON.parse(await readFile(join(root, directory, "package.json"), "utf8"))
  const own = await read("")
  const directories = new Set<string>()
  for (const pattern of own.workspaces ?? [])
    for await (const found of glob(`${pattern}/package.json`, { cwd: root }))
      directories.add(found.replaceAll("\\", "/").replace(/\/package\.json$/, ""))
  const others = await Promise.all(
    [...directories].sort().map(async (directory) => workspace(directory, await read(directory))),
  )
  return [workspace("", own), ...others]
}

const workspace = (directory: string, json: PackageJson): Workspace => ({
  directory,
  name: json.name,
  dependencies: Object.keys({ ...json.dependencies, ...json.optionalDependencies }),
  devDependencies: Object.keys(json.devDependencies ?? {}),
})
