import { execFile } from "node:child_process"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, test } from "vitest"
import { buildArtifacts } from "../build/build-artifacts.ts"
import { folderWith } from "../build/files.fixture.ts"
import { loadStack } from "../build/load-stack.ts"
import { fakeContext } from "../testing/fake-context.ts"
import { initWith } from "./init.ts"
import { projectName } from "./project-name.ts"
import { TEMPLATES } from "./template.ts"

const nobody = async () => {
  throw new Error("nobody is asked")
}
const below = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()

test.each(TEMPLATES)("template %s: into an empty folder it writes a stack that builds", async (template) => {
  await using folder = await folderWith({ "My Shop!/.keep": "" })
  const cwd = join(folder.path, "My Shop!")
  const context = fakeContext({ cwd })
  expect(await initWith(nobody, [], { template, json: true }, context)).toBe(0)
  const files = [".gitignore", "README.md", "alien.ts", "api/src/index.ts", "package.json", "tsconfig.json"]
  expect(JSON.parse(context.out)).toMatchObject({ directory: cwd, name: "my-shop", template, kept: [] })
  expect(await below(cwd)).toEqual([...files, ".keep"].sort())
  const own = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"))
  expect(JSON.parse(await readFile(join(cwd, "package.json"), "utf8"))).toMatchObject({
    name: "my-shop",
    type: "module",
    dependencies: { "@alienplatform/core": own.version, "@alienplatform/sdk": own.version },
  })
  const stack = await loadStack(cwd)
  expect(stack.id).toBe("my-shop")
  await using built = await buildArtifacts(stack, { directory: cwd })
  expect(built.artifacts).toHaveLength(1)
})

test("each template type-checks with the settings that it comes with", async () => {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc")
  const templates = fileURLToPath(new URL("./templates", import.meta.url))
  for (const template of TEMPLATES) {
    const settings = JSON.parse(await readFile(join(templates, "common/tsconfig.json"), "utf8"))
    await using folder = await folderWith({
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          ...settings.compilerOptions,
          typeRoots: [join(dirname(tsc), "../../@types")],
          allowImportingTsExtensions: true,
        },
        include: [join(templates, template, "**/*.ts")],
      }),
    })
    await promisify(execFile)(process.execPath, [tsc, "-p", folder.path])
  }
}, 120_000)

test("in a folder with files it keeps every one of them, and says which", async () => {
  await using folder = await folderWith({ "package.json": '{"name": "mine"}', "api/src/index.ts": "mine" })
  const context = fakeContext({ cwd: folder.path })
  expect(await initWith(nobody, ["."], { yes: true }, context)).toBe(0)
  expect(await readFile(join(folder.path, "package.json"), "utf8")).toBe('{"name": "mine"}')
  expect(await readFile(join(folder.path, "api/src/index.ts"), "utf8")).toBe("mine")
  expect(context.out).toMatch(/= package\.json {2}was there/)
  expect(context.out).toMatch(/npm install @alienplatform\/core@\S+ @alienplatform\/sdk@/)
  expect(context.out).toContain("+ alien.ts")
})

test("where a stack lies already it refuses, and writes nothing", async () => {
  await using folder = await folderWith({ "alien.ts": "mine" })
  await expect(initWith(nobody, [], {}, fakeContext({ cwd: folder.path }))).rejects.toMatchObject({
    code: "stack_exists",
  })
  expect(await below(folder.path)).toEqual(["alien.ts"])
})

test("it makes the folder that was named, and says how to get there", async () => {
  await using folder = await folderWith({})
  await mkdir(folder.path, { recursive: true })
  const context = fakeContext({ cwd: folder.path })
  await initWith(nobody, ["a new/shop"], { yes: true }, context)
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
  await initWith(ask, [], {}, terminal())
  expect(await readFile(join(folder.path, "there/alien.ts"), "utf8")).toContain("new alien.Container")
  expect(asked).toEqual([{ directory: true, template: true }])
  const broken = terminal()
  expect(await initWith(async () => undefined, ["other"], {}, broken)).toBe(1)
  expect(broken.out).toBe("Nothing was written.\n")
  expect(await below(folder.path)).not.toContain("other/alien.ts")
})

test("a file in the way, and a template that is unknown, are named", async () => {
  await using folder = await folderWith({})
  await mkdir(folder.path, { recursive: true })
  await writeFile(join(folder.path, "api"), "a file")
  const context = fakeContext({ cwd: folder.path })
  await expect(initWith(nobody, [], {}, context)).rejects.toMatchObject({
    code: "init_failed",
    message: expect.stringContaining(join(folder.path, "api")),
  })
  await expect(initWith(nobody, [], { template: "wrker" }, context)).rejects.toMatchObject({ code: "template_unknown" })
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
