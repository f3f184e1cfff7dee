/**
 * `node scripts/pack/stage-packages.ts DIRECTORY NAME…`: compiles public packages of the checkout and completes each to
 * what is published, in DIRECTORY/packages/NAME. `alien init` of a checkout packs them for the project that it writes.
 */
import { resolve } from "node:path"
import { readPublicPackages } from "./packages.ts"
import { stage } from "./stage.ts"

const root = resolve(import.meta.dirname, "../..")
const [directory, ...names] = process.argv.slice(2)
if (directory === undefined) throw new Error("no directory was given")
const all = await readPublicPackages(root)
const unknown = names.filter((name) => !all.some(({ manifest }) => manifest.name === name))
if (unknown.length > 0) throw new Error(`${unknown.join(", ")} is no public package of ${root}`)
await stage(
  root,
  resolve(directory),
  all.filter(({ manifest }) => names.includes(manifest.name)),
)
