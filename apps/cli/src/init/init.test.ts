import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { buildArtifacts } from "../build/build-artifacts.ts"
import { folderWith } from "../build/files.fixture.ts"
import { loadStack } from "../build/load-stack.ts"
import { unpack } from "../build/unpack.fixture.ts"
import { fakeContext } from "../testing/fake-context.ts"
import { type InitOptions, initWith } from "./init.ts"
import { emptyPackages } from "./packages.fixture.ts"
import { projectName } from "./project-name.ts"
import { TEMPLATES } from "./template.ts"

const nobody = async () => {
  throw new Error("nobody is asked")
}
const init = (args: string[], options: InitOptions, context: ReturnType<typeof fakeContext>) =>
  initWith({ ask: nobody, packages: emptyPackages }, args, options, context)

const vendored = ["vendor/alienplatform-core-9.8.7.tgz", "vendor/alienplatform-sdk-9.8.7.tgz"]
const installVendored = vendored.map((path) => ` ./${path}`).join("")

const below = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()

test.each(TEMPLATES)("template %s: into an empty folder it writes a stack that builds", async (template) => {
  await using folder = await folderWith({ "My Shop!/.keep": "" })
  const cwd = join(folder.path, "My Shop!")
  const context = fakeContext({ cwd })
  expect(await init([], { template, json: true }, context)).toBe(0)
  const files = [".gitignore", "README.md", "alien.ts", "api/src/index.ts", "package.json", "tsconfig.json"]
  expect(JSON.parse(context.out)).toMatchObject({ directory: cwd, name: "my-shop", template, kept: [] })
  expect(await below(cwd)).toEqual([...files, ...vendored, ".keep"].sort())
  const stack = await loadStack(cwd)
  expect(stack.id).toBe("my-shop")
  await using built = await buildArtifacts(stack, { directory: cwd })
  expect(built.artifacts).toHaveLength(1)
})

test("the project installs the packages from its own vendor/, which git keeps", async () => {
  await using folder = await folderWith({})
  expect(await init(["shop"], { yes: true }, fakeContext({ cwd: folder.path }))).toBe(0)
  const text = (path: string) => readFile(join(folder.path, "shop", path), "utf8")
  expect(JSON.parse(await text("package.json"))).toMatchObject({
    name: "shop",
    type: "module",
    dependencies: {
      "@alienplatform/core": `file:${vendored[0]}`,
      "@alienplatform/sdk": `file:${vendored[1]}`,
    },
  })
  for (const path of vendored) {
    const { files } = await unpack(await readFile(join(folder.path, "shop", path)))
    expect(files["package/package.json"]).toContain("9.8.7")
  }
  expect(await text(".gitignore")).not.toContain("vendor")
  expect(await text("README.md")).toContain("vendor/")
})

test("in a folder with files it keeps every one of them, and says which, and how to install the packages", async () => {
  await using folder = await folderWith({ "package.json": '{"name": "mine"}', "api/src/index.ts": "mine" })
  const context = fakeContext({ cwd: folder.path })
  expect(await init(["."], { yes: true }, context)).toBe(0)
  expect(await readFile(join(folder.path, "package.json"), "utf8")).toBe('{"name": "mine"}')
  expect(await readFile(join(folder.path, "api/src/index.ts"), "utf8")).toBe("mine")
  expect(context.out).toMatch(/= package\.json {2}was there/)
  expect(context.out).toContain(`\n  npm install${installVendored}\n`)
  expect(context.out).toContain("+ alien.ts")
})

test("where a stack lies already it refuses, and writes nothing", async () => {
  await using folder = await folderWith({ "alien.ts": "mine" })
  await expect(init([], {}, fakeContext({ cwd: folder.path }))).rejects.toMatchObject({
    code: "stack_exists",
    hint: expect.stringContaining("alien init --packages"),
  })
  expect(await below(folder.path)).toEqual(["alien.ts"])
})

test("with --packages it writes those alone beside a stack, over older bytes of the same version, and how to install them", async () => {
  await using folder = await folderWith({ "shop/alien.ts": "mine", [`shop/${vendored[0]}`]: "older" })
  const context = fakeContext({ cwd: folder.path })
  expect(await init(["shop"], { packages: true }, context)).toBe(0)
  expect(context.out).toContain(`Next:\n  cd shop\n  npm install${installVendored}\n`)
  expect(await below(join(folder.path, "shop"))).toEqual(["alien.ts", ...vendored])
  expect(await readFile(join(folder.path, "shop", vendored[0] ?? ""), "utf8")).not.toBe("older")
  const asked = fakeContext({ cwd: folder.path })
  expect(await init(["shop"], { packages: true, json: true }, asked)).toBe(0)
  expect(JSON.parse(asked.out)).toEqual({ directory: join(folder.path, "shop"), written: vendored })
})

test("packages that cannot be had are told before anything is written", async () => {
  await using folder = await folderWith({})
  const packages = () => Promise.reject(new Error("no packages"))
  const context = fakeContext({ cwd: folder.path })
  await expect(initWith({ ask: nobody, packages }, ["shop"], { yes: true }, context)).rejects.toThrow("no packages")
  expect(await readdir(folder.path).catch(() => [])).toEqual([])
})

test("it makes the folder that was named, and says how to get there", async () => {
  await using folder = await folderWith({})
  await mkdir(folder.path, { recursive: true })
  const context = fakeContext({ cwd: folder.path })
  await init(["a new/shop"], { yes: true }, context)
  expect(context.out).toContain("cd 'a new/shop'\n")
  expect(await below(join(folder.path, "a new/shop"))).toContain("alien.ts")
})

test("on a terminal it asks for what was not said; breaking off writes nothing", async () => {
  await using folder = await folderWith({ "there/.keep": "" })
  const terminal = () => fakeContext({ cwd: folder.path, terminal: true })
  const asked: unknown[] = []
  const ask = async (what: object) => {
    asked.push(what)
    return { directory: "there", template: "container" } as const
  }
  await initWith({ ask, packages: emptyPackages }, [], {}, terminal())
  expect(await readFile(join(folder.path, "there/alien.ts"), "utf8")).toContain("new alien.Container")
  expect(asked).toEqual([{ directory: true, template: true }])
  const broken = terminal()
  expect(await initWith({ ask: async () => undefined, packages: emptyPackages }, ["other"], {}, broken)).toBe(130)
  expect(broken.out).toBe("Nothing was written.\n")
  expect(await below(folder.path)).not.toContain("other/alien.ts")
})

test("a file in the way, and a template that is unknown, are named", async () => {
  await using folder = await folderWith({})
  await mkdir(folder.path, { recursive: true })
  await writeFile(join(folder.path, "api"), "a file")
  const context = fakeContext({ cwd: folder.path })
  await expect(init([], {}, context)).rejects.toMatchObject({
    code: "init_failed",
    message: expect.stringContaining(join(folder.path, "api")),
  })
  await expect(init([], { template: "wrker" }, context)).rejects.toMatchObject({ code: "template_unknown" })
})

test.each([
  ["My Shop!", "my-shop"],
  ["été 2030", "ete-2030"],
  ["42", "my-app"],
  ["日本", "my-app"],
  [`${"a".repeat(39)}-b`, "a".repeat(39)],
])("the name of folder %j is %s", (folder, name) => {
  expect(projectName(folder)).toBe(name)
})
