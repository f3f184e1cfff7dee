import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { folderWith } from "../build/files.fixture.ts"
import { keepOutOfGit } from "./keep-out-of-git.ts"

const repository = async (files: Record<string, string> = {}) => {
  const folder = await folderWith({ "shop/alien.ts": "", ...files })
  execFileSync("git", ["init", "--quiet"], { cwd: folder.path })
  return folder
}

test("in a repository it adds the directory once, and says so", async () => {
  await using folder = await repository({ "shop/.gitignore": "dist/" })
  const shop = join(folder.path, "shop")
  expect(await keepOutOfGit(shop, ".alien")).toContain(join(shop, ".gitignore"))
  expect(await readFile(join(shop, ".gitignore"), "utf8")).toBe("dist/\n.alien/\n")
  expect(await keepOutOfGit(shop, ".alien")).toBeUndefined()
})

test("what is ignored already, further up for example, is left alone", async () => {
  await using folder = await repository({ ".gitignore": ".alien\n" })
  expect(await keepOutOfGit(join(folder.path, "shop"), ".alien")).toBeUndefined()
  expect(existsSync(join(folder.path, "shop/.gitignore"))).toBe(false)
})

test("outside of a repository it does nothing", async () => {
  await using folder = await folderWith({ "alien.ts": "" })
  expect(await keepOutOfGit(folder.path, ".alien")).toBeUndefined()
  expect(existsSync(join(folder.path, ".gitignore"))).toBe(false)
})
