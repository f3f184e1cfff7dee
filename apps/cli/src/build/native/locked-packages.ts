import { readFile } from "node:fs/promises"
import { dirname, join } from "node:path"

/** What package-lock.json says of a package. */
export interface LockedPackage {
  name: string
  version: string
  integrity: string | undefined
}

/** Reads the nearest package-lock.json at or above a folder; empty where there is none that can be read. */
export async function lockedPackages(from: string): Promise<LockedPackage[]> {
  for (let folder = from; ; folder = dirname(folder)) {
    const text = await readFile(join(folder, "package-lock.json"), "utf8").catch(() => undefined)
    if (text !== undefined) return packagesIn(text)
    if (folder === dirname(folder)) return []
  }
}

/** The packages of a package-lock.json, or of the `.package-lock.json` that npm leaves in `node_modules`. */
export function packagesIn(text: string): LockedPackage[] {
  const { packages = {} } = JSON.parse(text) as {
    packages?: Record<string, { name?: string; version?: string; integrity?: string }>
  }
  return Object.entries(packages).flatMap(([path, { name, version, integrity }]) => {
    const [, last] = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? []
    return last === undefined || version === undefined ? [] : [{ name: name ?? last, version, integrity }]
  })
}
