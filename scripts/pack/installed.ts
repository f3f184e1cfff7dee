import { readdir, readFile } from "node:fs/promises"
import { join, sep } from "node:path"
import { z } from "zod"
import type { Tarball } from "./tarballs.ts"

/** The packages that npm installed, as it recorded them. */
const Installed = z.object({
  packages: z.record(z.string(), z.object({ resolved: z.string().optional(), integrity: z.string().optional() })),
})

export type Installed = z.infer<typeof Installed>

/** Reads what is installed in a folder. Throws with every package and file that is not the packed one. */
export async function expectOnlyPacked(folder: string, tarballs: readonly Tarball[]): Promise<Installed> {
  const modules = join(folder, "node_modules")
  const installed = Installed.parse(JSON.parse(await readFile(join(modules, ".package-lock.json"), "utf8")))
  const problems = [
    ...foreignPackages(installed, tarballs),
    ...(await differingFiles(folder, tarballs)),
    ...shadowingCommands(await readdir(join(modules, ".bin"))),
  ]
  if (problems.length > 0) throw new Error(problems.join("\n"))
  return installed
}

/**
 * Lists packages that were not installed from our tarballs: the registry has packages with the same names. Empty when
 * there are none.
 */
export function foreignPackages({ packages }: Installed, tarballs: readonly Tarball[]): string[] {
  const byPath = new Map(tarballs.map((tarball) => [`node_modules/${tarball.name}`, tarball]))
  const missing = [...byPath.keys()].filter((path) => !Object.hasOwn(packages, path))
  const found = Object.entries(packages).filter(([path]) => /(?:^|\/)node_modules\/@alienplatform\/[^/]+$/.test(path))
  return [
    ...missing.map((path) => `${path} was not installed`),
    ...found.flatMap(([path, { resolved = "nowhere", integrity = "none" }]) => {
      const ours = byPath.get(path)
      if (!ours) return [`${path} comes from ${resolved}, beside those that were packed`]
      if (!resolved.startsWith("file:")) return [`${path} comes from ${resolved}, not from the tarball`]
      return integrity === ours.integrity
        ? []
        : [`${path} has integrity ${integrity}, but ${ours.integrity} was packed`]
    }),
  ]
}

/** Lists differences between the files on disk and those of the tarballs. */
export async function differingFiles(folder: string, tarballs: readonly Tarball[]): Promise<string[]> {
  const found = await Promise.all(
    tarballs.map(async ({ name, files }) => {
      const own = join(folder, "node_modules", name)
      const entries = await readdir(own, { recursive: true, withFileTypes: true })
      const onDisk = entries
        .filter((entry) => entry.isFile())
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(own.length + 1)
            .split(sep)
            .join("/"),
        )
      return [
        ...files.filter((path) => !onDisk.includes(path)).map((path) => `${name} lacks ${path}`),
        ...onDisk.filter((path) => !files.includes(path)).map((path) => `${name} holds ${path}, which was not packed`),
      ]
    }),
  )
  return found.flat()
}

/** Lists commands that the packages linked into the project and that may shadow the user's own. */
export const shadowingCommands = (commands: readonly string[]): string[] =>
  commands.filter((name) => ["node", "npm", "npx"].includes(name)).map((name) => `${name} was linked into the project`)
