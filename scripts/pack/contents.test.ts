import { expect, test } from "vitest"
import { findProblems } from "./contents.ts"
import type { PublishedManifest } from "./manifest.ts"

const manifest: PublishedManifest = {
  name: "@alienplatform/api",
  version: "0.1.0",
  description: "Speaks",
  license: "Apache-2.0",
  type: "module",
  engines: { node: ">=24" },
  exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
  files: ["dist"],
  dependencies: { zod: "4.6.7" },
  publishConfig: { access: "public" },
}
const types = { path: "dist/index.d.ts", text: "export {};\n" }
const index = (text: string) => [{ path: "dist/index.js", text }, types]

test("what imports its own files, its dependencies and Node itself works anywhere, so it finds nothing", () => {
  const text = 'import "node:fs"\nimport { z } from "zod"\nimport "./part.js"\nawait import("zod/v4")\n'
  expect(findProblems(manifest, [...index(text), { path: "dist/part.js", text: "" }])).toEqual([])
})

test.each([
  ['import { test } from "vitest"', "dist/index.js:1 imports vitest, which is no dependency"],
  ['import "./gone.js"', "dist/index.js:1 imports ./gone.js, which it does not hold"],
  ['import "../../core/src/index.js"', "imports ../../core/src/index.js, which it does not hold"],
  ['join(import.meta.dirname, "index.ts")', "dist/index.js names the source index.ts"],
])("%s does not work there, so it is named", (text, problem) => {
  expect(findProblems(manifest, index(text))).toEqual([expect.stringContaining(problem)])
})

test("a name that only looks like a source of its own is no mistake, so it finds nothing", () => {
  expect(findProblems(manifest, index('const NAMES = ["alien.ts"]'))).toEqual([])
})

test("a helper of tests that got in by an import is named, so it gets out again", () => {
  const files = [...index('import "./testing/fake.js"'), { path: "dist/testing/fake.js", text: "" }]
  expect(findProblems(manifest, files)).toEqual([expect.stringContaining("dist/testing/fake.js is for tests")])
})

test("an entry that was not compiled is named, so it is never published", () => {
  expect(findProblems(manifest, [types])).toEqual([
    "@alienplatform/api: exports ./dist/index.js, which it does not hold",
  ])
})
