import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Context } from "../context.ts"
import { configurationOf, type ServeOptions } from "./configuration.ts"

/** Folder beside a stack's file in which `alien dev` keeps its installation. */
const OF_DEV = ".alien"

/**
 * Data directories that a command without a manager may mean: the one that options, environment or configuration name,
 * else that of `alien dev` of this folder or of the nearest one above it, where there is one, and the user's own.
 */
export async function dataDirectoriesOf(
  options: Pick<ServeOptions, "data" | "config">,
  context: Pick<Context, "env" | "cwd" | "home">,
): Promise<{ named: string } | { ofDev: string | undefined; ofUser: string }> {
  const { data } = await configurationOf(options, context)
  return data.from === "default"
    ? { ofDev: dataDirectoryOfDev(context.cwd), ofUser: data.value }
    : { named: data.value }
}

/** The installation of `alien dev` in a folder, or in the nearest one above it that has one. */
export function dataDirectoryOfDev(from: string): string | undefined {
  const directory = join(from, OF_DEV)
  if (existsSync(join(directory, "installation.json"))) return directory
  return dirname(from) === from ? undefined : dataDirectoryOfDev(dirname(from))
}
