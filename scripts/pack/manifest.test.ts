import { expect, test } from "vitest"
import { publishedManifest } from "./manifest.ts"
import type { SourceManifest } from "./packages.ts"

const source = (more: Partial<SourceManifest> = {}): SourceManifest => ({
  name: "@alienplatform/engine",
  version: "0.2.0",
  description: "Decides",
  license: "Apache-2.0",
  type: "module",
  engines: { node: ">=18" },
  exports: { ".": "./src/index.ts", "./client": "./src/client/client.ts", "./testing": "./src/testing/index.ts" },
  dependencies: { "@alienplatform/core": "0.1.0", zod: "4.6.7" },
  devDependencies: { vitest: "3.2.7" },
  ...more,
})
const versions = new Map([["@alienplatform/core", "0.2.0"]])

test("its entries are compiled files with types, and the one for tests is left out, so it publishes what it can run", () => {
  expect(publishedManifest(source(), { versions }).exports).toEqual({
    ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
    "./client": { types: "./dist/client/client.d.ts", default: "./dist/client/client.js" },
  })
})

test("the other packages are pinned to the version that is published with it, and foreign ones stay as it has them", () => {
  const { dependencies } = publishedManifest(source(), { versions })
  expect(dependencies).toEqual({ "@alienplatform/core": "0.2.0", zod: "4.6.7" })
})

test("what only development needs is gone, so it installs nothing more than it imports", () => {
  expect(publishedManifest(source(), { versions })).not.toHaveProperty("devDependencies")
})

test.each([
  ["@alienplatform/core", ">=18"],
  ["@alienplatform/sdk", ">=18"],
  ["@alienplatform/store", ">=24"],
])("%s says that it needs Node %s", (name, node) => {
  expect(publishedManifest(source({ name }), { versions }).engines).toEqual({ node })
})

test("a folder beside dist and a command are in it", () => {
  const bin = { alien: "bin/alien" }
  expect(publishedManifest(source(), { versions, folders: ["bin"], bin })).toMatchObject({
    files: ["dist", "bin"],
    bin,
  })
})

test("a dependency on a package that stays private cannot be installed, so it throws", () => {
  expect(() => publishedManifest(source(), { versions: new Map() })).toThrow(
    "@alienplatform/engine depends on @alienplatform/core, which is not published",
  )
})

test("an entry that is no source cannot be compiled, so it throws", () => {
  expect(() => publishedManifest(source({ exports: { ".": "./index.js" } }), { versions })).toThrow("./index.js")
})
