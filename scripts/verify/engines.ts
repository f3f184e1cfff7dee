import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { Check } from "./check.ts"
import { satisfies } from "./version-range.ts"

/** Versions of Node on whose hosts `npm ci` must print no engine warning; the bundled Node 24 runs then. */
const HOSTS = ["18.18.0", "20.0.0"]

interface LockFile {
  packages: Record<string, { version?: string; link?: boolean; engines?: { node?: string } | readonly string[] }>
}

export const engines: Check = {
  name: "engines of installed packages",
  async run(root) {
    return checkEngines(JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")))
  },
}

export const checkEngines = ({ packages }: LockFile): string[] =>
  Object.entries(packages).flatMap(([path, { version, engines: wanted }]) => {
    const node = wanted && "node" in wanted ? wanted.node : undefined
    if (node === undefined) return []
    const refused = HOSTS.filter((host) => !satisfies(host, node))
    const name = `${path.replace(/^.*node_modules\//, "") || "the root"}${version ? `@${version}` : ""}`
    return refused.length === 0 ? [] : [`${name} wants Node ${node}: warns on ${refused.join(" and ")}`]
  })
