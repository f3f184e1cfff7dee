import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { differingFiles, foreignPackages, shadowingCommands } from "./installed.ts"
import type { Tarball } from "./tarballs.ts"

const core: Tarball = {
  name: "@alienplatform/core",
  version: "0.1.0",
  file: "/tarballs/core.tgz",
  size: 1,
  integrity: "sha512-ours",
  files: ["dist/index.js", "package.json"],
}
const ours = { resolved: "file:../tarballs/core.tgz", integrity: "sha512-ours" }
const zod = { resolved: "https://registry.example/zod.tgz", integrity: "sha512-zod" }
const found = (packages: Parameters<typeof foreignPackages>[0]["packages"]) => foreignPackages({ packages }, [core])

test("the packed one, and foreign packages from a registry, are what was meant, so it finds nothing", () => {
  expect(found({ "node_modules/@alienplatform/core": ours, "node_modules/zod": zod })).toEqual([])
})

test.each([
  [
    "a namesake from the registry",
    { "node_modules/@alienplatform/core": { resolved: "https://registry.example/core.tgz", integrity: "sha512-x" } },
    "comes from https://registry.example/core.tgz",
  ],
  ["other bytes", { "node_modules/@alienplatform/core": { ...ours, integrity: "sha512-x" } }, "sha512-x"],
  ["none at all", { "node_modules/zod": zod }, "node_modules/@alienplatform/core was not installed"],
  [
    "a second copy below another package",
    { "node_modules/@alienplatform/core": ours, "node_modules/a/node_modules/@alienplatform/core": zod },
    "node_modules/a/node_modules/@alienplatform/core comes from",
  ],
  [
    "a package of the registry that we do not have",
    { "node_modules/@alienplatform/core": ours, "node_modules/@alienplatform/other": zod },
    "node_modules/@alienplatform/other comes from",
  ],
])("%s is a stranger, so it is named", (_, packages, problem) => {
  expect(found(packages)).toEqual([expect.stringContaining(problem)])
})

test("files that differ from the tarball's are named, whatever the lock file says, so it sees both kinds", async () => {
  const folder = await mkdtemp(join(tmpdir(), "alien-installed-"))
  try {
    const own = join(folder, "node_modules/@alienplatform/core")
    await mkdir(own, { recursive: true })
    await writeFile(join(own, "package.json"), "{}")
    await writeFile(join(own, "index.js"), "")
    expect(await differingFiles(folder, [core])).toEqual([
      "@alienplatform/core lacks dist/index.js",
      "@alienplatform/core holds index.js, which was not packed",
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test("a node that a package links would be found before the user's own, so it is named", () => {
  expect(shadowingCommands(["alien", "esbuild", "node"])).toEqual(["node was linked into the project"])
})
