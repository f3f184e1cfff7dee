import { existsSync } from "node:fs"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join, relative, resolve } from "node:path"
import { runChild } from "../run-child.ts"
import { type NodeTypeName, parseName } from "./names.ts"
import { addToNodeList, testSource, typeSource } from "./sources.ts"

/* `npm run new:node PLATFORM.SERVICE.OBJECT`: the file of a node type, its contract test, and its place in the platform's list. */
const root = resolve(import.meta.dirname, "../..")

function refuse(message: string): never {
  console.error(message)
  process.exit(2)
}

const parsed = parseName(process.argv[2])
const name: NodeTypeName = typeof parsed === "string" ? refuse(parsed) : parsed
const directory =
  [`providers/${name.platform}`, `simulators/${name.platform}`]
    .map((candidate) => join(root, candidate))
    .find((candidate) => existsSync(join(candidate, "src/define.ts"))) ??
  refuse(
    `there is no platform ${name.platform}: neither providers/${name.platform} nor simulators/${name.platform} has src/define.ts`,
  )

const [, define] =
  (await readFile(join(directory, "src/define.ts"), "utf8")).match(/export const (define\w+Node)\b/) ?? []
if (!define) refuse(`${directory}/src/define.ts exports no define…Node`)

const file = join(directory, "src", name.service, `${name.file}.ts`)
if (existsSync(file)) refuse(`${relative(root, file)} exists; choose another name`)
const list = ["src/platform.ts", "src/index.ts"]
  .map((candidate) => join(directory, candidate))
  .find((candidate) => existsSync(candidate))
const source = list && (await readFile(list, "utf8"))
const withType = source && addToNodeList(source, name)
if (!list || !withType)
  refuse(`${relative(root, directory)} has no list \`nodes: [\` in src/platform.ts or src/index.ts`)

const test = file.replace(/\.ts$/, ".contract.test.ts")
await mkdir(dirname(file), { recursive: true })
await writeFile(file, typeSource(name, { define }))
const ownContract = existsSync(join(directory, "src/testing/node-contract.ts"))
await writeFile(test, testSource(name, { ownContract }))
await writeFile(list, withType)
const written = [file, test, list].map((path) => relative(root, path))
await runChild(join(root, "node_modules/.bin/biome"), ["check", "--write", "--log-level=error", ...written], {
  cwd: root,
})
console.log(
  `${written.map((path) => `  ${path}`).join("\n")}\n\nNext: write the verbs, and the rest of what the contract is told, until this passes:\n  npm test -- ${relative(root, dirname(file))}`,
)
