import { symlink } from "node:fs/promises"
import { join, relative } from "node:path"
import { expect, test } from "vitest"
import { folderWith } from "../files.fixture.ts"
import { packageFiles } from "./package-files.ts"

const TREE = {
  "index.ts": "",
  "notes.sql": "",
  "dist/app.js": "",
  "dist/app.js.map": "",
  "dist/.well-known/one": "",
  "dist/deep/er/two.sql": "",
  "node_modules/dist/no": "",
}
const ALL_OF_DIST = ["dist/.well-known/one", "dist/app.js", "dist/app.js.map", "dist/deep/er/two.sql"]

/** What `files` names, relative to the package's folder. */
async function named(files: unknown): Promise<string[] | undefined> {
  await using folder = await folderWith({ ...TREE, "package.json": JSON.stringify({ files }) })
  const found = await packageFiles(join(folder.path, "index.ts"), folder.path)
  return found.files?.map((path) => relative(folder.path, path))
}

test.each<[string[], string[]]>([
  [["dist"], ALL_OF_DIST],
  [["./dist/"], ALL_OF_DIST],
  [["/dist/**"], ALL_OF_DIST],
  [["dist/**/*"], ALL_OF_DIST],
  [["*.sql"], ["notes.sql"]],
  [["**/*.sql"], ["dist/deep/er/two.sql", "notes.sql"]],
  [["dist/*.js"], ["dist/app.js"]],
  [
    ["dist", "!dist/**/*.map", "!dist/.well-known"],
    ["dist/app.js", "dist/deep/er/two.sql"],
  ],
  [[], []],
])("it names for %j what npm would pack", async (patterns, files) => {
  expect(await named(patterns)).toEqual(files)
})

test("it refuses a link to a folder outside of the package that is named, unless it is left out again", async () => {
  const filesWith = async (...more: string[]) => {
    const text = JSON.stringify({ files: ["dist", ...more] })
    await using folder = await folderWith({ ...TREE, "package.json": text, "notes/stray.txt": "" }, "package")
    await symlink("../../..", join(folder.path, "dist/up"))
    await symlink("../notes", join(folder.path, "dist/notes"))
    const found = await packageFiles(join(folder.path, "index.ts"), folder.path)
    return found.files?.map((path) => relative(folder.path, path))
  }
  await expect(filesWith()).rejects.toMatchObject({
    code: "file_not_carried",
    message: expect.stringContaining("package.json:1:2: files names dist/up, a link to a folder"),
  })
  expect(await filesWith("!dist/up")).toEqual([...ALL_OF_DIST, "dist/notes/stray.txt"].sort())
})

test("it is undefined without files", async () => {
  expect(await named(undefined)).toBeUndefined()
})

test("it counts folders that new files may come into as inputs", async () => {
  const text = JSON.stringify({ files: ["dist/deep", "dist/*.js", "notes.sql"] })
  await using folder = await folderWith({ ...TREE, "package.json": text })
  const { inputs } = await packageFiles(join(folder.path, "index.ts"), folder.path)
  const folders = ["package.json", "dist/deep", "dist", "dist/deep/er/two.sql", "dist/app.js", "notes.sql"]
  expect(inputs.toSorted()).toEqual(folders.map((path) => join(folder.path, path)).toSorted())
})

test("it refuses what names nothing, with its line", async () => {
  await using folder = await folderWith({ "package.json": `{\n  "files": ["build"]\n}`, "index.ts": "" })
  await expect(packageFiles(join(folder.path, "index.ts"), folder.path)).rejects.toMatchObject({
    code: "file_not_carried",
    message: expect.stringMatching(/^package\.json:2:13: files names "build"/),
  })
})

test("it refuses files that are no list", async () => {
  await expect(named("dist")).rejects.toMatchObject({ code: "package_file_invalid" })
})

test("it reads no package.json above the stack", async () => {
  await using folder = await folderWith({ "package.json": `{"files":["none"]}`, "stack/api/index.ts": "" })
  const found = await packageFiles(join(folder.path, "stack/api/index.ts"), join(folder.path, "stack"))
  expect(found).toEqual({ root: join(folder.path, "stack/api"), files: undefined, inputs: [] })
})
