import { readFile } from "node:fs/promises"
import { SourceMap, type SourceMapPayload } from "node:module"
import { parseStack } from "@alienplatform/core"
import { describe, expect, test } from "vitest"
import { buildArtifacts } from "./build-artifacts.ts"
import { folderWith } from "./files.fixture.ts"
import { unpack } from "./unpack.fixture.ts"

const FILES = {
  "package.json": `{"type":"module"}`,
  "apps/api/package.json": `{"type":"module","files":[]}`,
  "apps/api/src/index.ts": `import "@alienplatform/sdk"
import greet from "greet"
import { shared } from "../../shared/name.ts"
import { place } from "./place.ts"
interface Unused { text: string }
export default { fetch: () => new Response(greet(shared, place)) }`,
  "apps/api/src/place.ts": `export const place = import.meta.resolve(
  "./index.ts",
)
export const second = (): never => { throw new Error("on line 4") }
console.log(second)`,
  "apps/shared/name.ts": `export const shared: string = "shared name"`,
  "node_modules/.pnpm/greet@1/node_modules/greet/package.json": `{"name":"greet"}`,
  "node_modules/.pnpm/greet@1/node_modules/greet/lib/index.js": `module.exports = (...names) => "hello " + names`,
  "node_modules/greet/package.json": `{"name":"greet","main":"../.pnpm/greet@1/node_modules/greet/lib/index.js"}`,
}

/** The map of the artifact of apps/api, and where the text first stands in its bundle, as line and column from 0. */
async function built() {
  await using folder = await folderWith(FILES)
  const code = { type: "source", src: "apps/api", toolchain: { type: "typescript" } }
  const api = { lifecycle: "live", config: { type: "worker", id: "api", code } }
  const stack = parseStack({ id: "shop", resources: { api } })
  await using result = await buildArtifacts(stack, { directory: folder.path })
  const { files } = await unpack(await readFile(result.artifacts[0]?.file ?? ""))
  const text = files["index.mjs"] ?? ""
  const map = files["index.mjs.map"] ?? ""
  const originOf = (needle: string) => {
    const before = text.slice(0, text.indexOf(needle)).split("\n")
    return new SourceMap(JSON.parse(map) as SourceMapPayload).findOrigin(
      before.length,
      (before.at(-1)?.length ?? 0) + 1,
    )
  }
  const modules = result.contents[0]?.files.find(({ path }) => path === "index.mjs")?.modules ?? []
  return { text, map, originOf, modules, folder: folder.path }
}

describe("the source map of a bundle: it", () => {
  test("names sources from the package's folder, packages by their own name, and has nothing of this machine", async () => {
    const { text, map, folder } = await built()
    const { sources, ...rest } = JSON.parse(map)
    const isOfSdk = (name: string) => name.startsWith("node_modules/@alienplatform/sdk/")
    expect(sources.some(isOfSdk)).toBe(true)
    expect([...new Set(sources)].filter((name) => !isOfSdk(name as string)).sort()).toEqual([
      "../shared/name.ts",
      "node_modules/greet/lib/index.js",
      "src/index.ts",
      "src/place.ts",
    ])
    expect(Object.keys(rest)).toEqual(["version", "names", "mappings"])
    expect(map).not.toContain(folder)
    expect(text).toMatch(/\n\/\/# sourceMappingURL=index\.mjs\.map\n$/)
  })

  test.each([
    [`"shared name"`, "../shared/name.ts", 1],
    [`"hello "`, "node_modules/greet/lib/index.js", 1],
    ["new Response(", "src/index.ts", 6],
    [`new Error("on line 4")`, "src/place.ts", 4],
  ])("leads from %s to its line", async (needle, source, line) => {
    expect((await built()).originOf(needle)).toMatchObject({ fileName: source, lineNumber: line })
  })

  test("has the names that are shown of the bundled modules, each once", async () => {
    const names = (await built()).modules.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(["src/index.ts", "src/place.ts", "node_modules/greet/lib/index.js"]))
    expect(names.filter((name) => name.includes("place"))).toEqual(["src/place.ts"])
  })
})
