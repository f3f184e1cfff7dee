import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { compile } from "./compile.ts"
import type { PublicPackage } from "./packages.ts"

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "alien-compile-"))
})
afterEach(() => rm(root, { recursive: true }))

const own: PublicPackage = {
  directory: "packages/own",
  manifest: {
    name: "@alienplatform/own",
    version: "0.1.0",
    description: "Compiles",
    license: "Apache-2.0",
    type: "module",
    engines: { node: ">=18" },
    exports: { ".": "./src/index.ts", "./testing": "./src/testing/index.ts" },
    dependencies: {},
  },
}

async function compiled(sources: Record<string, string>): Promise<Record<string, string>> {
  const compilerOptions = {
    module: "nodenext",
    noEmit: true,
    noLib: true,
    rewriteRelativeImportExtensions: true,
    types: [],
  }
  const files = {
    "tsconfig.json": JSON.stringify({ compilerOptions }),
    "packages/own/package.json": '{ "type": "module" }',
    ...Object.fromEntries(Object.entries(sources).map(([path, text]) => [`packages/own/src/${path}`, text])),
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  const all = compile(root, [own]).get("packages/own") ?? []
  return Object.fromEntries(all.map(({ path, text }) => [path, text]))
}

test("only what the entries import is compiled, each file to one, so tests and their helpers stay out", async () => {
  const files = await compiled({
    "index.ts": 'export * from "./part.ts"\n',
    "part.ts": "export const part = 1\n",
    "part.test.ts": 'import { part } from "./part.ts"\n',
    "testing/index.ts": "export const fake = 1\n",
  })
  expect(Object.keys(files).sort()).toEqual(["dist/index.d.ts", "dist/index.js", "dist/part.d.ts", "dist/part.js"])
  expect(files["dist/index.js"]).toContain('from "./part.js"')
  expect(files["dist/index.d.ts"]).toContain('from "./part.js"')
})

test("a program that is started by its path is compiled with all that it starts, so it is there when it is needed", async () => {
  const files = await compiled({
    "index.ts": 'export const main = new URL("./run/main.ts", import.meta.url)\n',
    "run/main.ts": 'new Worker(new URL("./watch.ts", import.meta.url))\n',
    "run/watch.ts": "export {}\n",
  })
  expect(files["dist/index.js"]).toContain('new URL("./run/main.js", import.meta.url)')
  expect(files).toHaveProperty(["dist/run/watch.js"])
})

test("a program that is not there cannot be started by anybody, so it throws", async () => {
  await expect(compiled({ "index.ts": 'new URL("./gone.ts", import.meta.url)\n' })).rejects.toThrow("gone.ts")
})

test("what tsc cannot read is not published, so it throws with the place", async () => {
  await expect(compiled({ "index.ts": "export const = 1\n" })).rejects.toThrow("packages/own/src/index.ts(1,14)")
})
