import { execFile } from "node:child_process"
import { mkdir, symlink, writeFile } from "node:fs/promises"
import { createRequire, findPackageJSON } from "node:module"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { beforeAll, describe, expect, test } from "vitest"
import { folderWith } from "../build/files.fixture.ts"
import { unpack } from "../build/unpack.fixture.ts"
import { fakeContext } from "../testing/fake-context.ts"
import { initWith } from "./init.ts"
import { type OwnPackage, ownPackages, packagesOfCheckout } from "./own-packages.ts"
import { tarballOf } from "./tarball.ts"
import { TEMPLATES } from "./template.ts"

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc")
const run = promisify(execFile)

describe("the packages of a checkout", () => {
  let packages: OwnPackage[]
  beforeAll(async () => {
    packages = await ownPackages()
  })

  test("they are compiled and hold all of their own, so Node and the compiler take them from node_modules", async () => {
    for (const { name, path, tarball } of packages) {
      const { files } = await unpack(tarball)
      const manifest = JSON.parse(files["package/package.json"] ?? "{}")
      expect(path).toBe(`vendor/${name.slice(1).replace("/", "-")}-${manifest.version}.tgz`)
      expect(manifest).toMatchObject({ name, files: ["dist"] })
      for (const entry of Object.values<{ types: string; default: string }>(manifest.exports))
        expect(Object.keys(files)).toEqual(
          expect.arrayContaining([join("package", entry.types), join("package", entry.default)]),
        )
      expect(Object.keys(files).filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))).toEqual([])
    }
  })

  test("they are the same bytes each time, so a lock file of the project stays true", async () => {
    const again = await ownPackages()
    expect(again.map(({ tarball }) => Buffer.from(tarball).toString("hex"))).toEqual(
      packages.map(({ tarball }) => Buffer.from(tarball).toString("hex")),
    )
  })

  test.each(TEMPLATES)(
    "template %s type-checks with what it installs, declarations too, and its stack runs",
    async (template) => {
      await using folder = await folderWith({})
      const sources = { ask: async () => undefined, packages: async () => packages }
      const context = fakeContext({ cwd: folder.path })
      expect(await initWith(sources, ["shop"], { yes: true, template }, context)).toBe(0)
      const project = join(folder.path, "shop")
      await installed(project, packages)
      await run(process.execPath, [tsc, "-p", project, "--skipLibCheck", "false"])
      const { stdout } = await run(process.execPath, [
        "--input-type=module",
        "--eval",
        `import stack from ${JSON.stringify(join(project, "alien.ts"))}; console.log(stack.id)`,
      ])
      expect(stdout).toBe("shop\n")
    },
    60_000,
  )
})

test("a checkout that cannot compile them is told of, with the reason and what to run", async () => {
  await using folder = await folderWith({
    "scripts/pack/stage-packages.ts": `throw new TypeError("no compiler")`,
  })
  await expect(packagesOfCheckout(folder.path)).rejects.toMatchObject({
    code: "packages_unavailable",
    message: `the packages of the checkout ${folder.path} cannot be compiled: TypeError: no compiler`,
    hint: expect.stringContaining(`npm ci in ${folder.path}`),
  })
})

test("an installed package is packed without what npm put beside its files", async () => {
  await using folder = await folderWith({
    "package.json": JSON.stringify({ name: "@alienplatform/core", version: "1.2.3", files: ["dist"] }),
    LICENSE: "mine",
    "dist/index.js": "export {}",
    "dist/deep/part.js": "export {}",
    "node_modules/zod/package.json": "{}",
    "src/index.ts": "export {}",
  })
  const { name, contents } = await tarballOf("@alienplatform/core", folder.path)
  expect(name).toBe("alienplatform-core-1.2.3.tgz")
  expect((await unpack(contents)).entries.map((entry) => entry.name)).toEqual([
    "package/LICENSE",
    "package/dist/deep/part.js",
    "package/dist/index.js",
    "package/package.json",
  ])
})

/** What npm does with the tarballs; the registry's packages are those of the checkout. */
async function installed(project: string, packages: readonly OwnPackage[]): Promise<void> {
  const modules = join(project, "node_modules")
  for (const { name, tarball } of packages)
    for (const [file, content] of Object.entries((await unpack(tarball)).files)) {
      const path = join(modules, name, file.replace(/^package\//, ""))
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, content)
    }
  await mkdir(join(modules, "@types"))
  for (const name of ["zod", "@types/node"]) {
    const found = findPackageJSON(name, import.meta.url)
    if (found) await symlink(dirname(found), join(modules, name))
  }
}
