import { mkdir, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { devDeploymentName, folderName } from "./deployment-name.ts"

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "alien-dev-name-"))
})
afterEach(() => rm(root, { recursive: true }))

async function nameOf(path: string, existing: readonly string[] = []): Promise<string> {
  const folder = join(root, path)
  const data = join(folder, ".alien")
  await mkdir(data, { recursive: true })
  return devDeploymentName({ folder, data, claims: join(root, "claims"), existing: async () => existing })
}

test.each([
  ["/work/shop", "shop"],
  ["/work/My Shop_2", "my-shop-2"],
  ["/work/Café", "cafe"],
  ["/work/--x--", "x"],
  ["/work/日本", "dev"],
  ["/", "dev"],
  [`/work/${"a".repeat(60)}`, "a".repeat(40)],
])("the folder %s makes the name %s", (folder, name) => {
  expect(folderName(folder)).toBe(name)
})

test("two folders of one name get names of their own, and each keeps its own", async () => {
  expect(await nameOf("a/shop")).toBe("shop")
  expect(await nameOf("b/shop")).toBe("shop-2")
  expect(await nameOf("c/shop")).toBe("shop-3")
  expect(await nameOf("a/shop")).toBe("shop")
  expect(await nameOf("b/shop")).toBe("shop-2")
})

test("a name whose folder is gone is free again", async () => {
  await nameOf("a/shop")
  await rm(join(root, "a"), { recursive: true })
  expect(await nameOf("b/shop")).toBe("shop")
})

test("a deployment of the data directory that somebody else made keeps its name", async () => {
  expect(await nameOf("shop", ["shop"])).toBe("shop-2")
})

test("a data directory whose deployment is called dev goes on with it", async () => {
  expect(await nameOf("shop", ["dev"])).toBe("dev")
})

test("a long name keeps its number within 40 characters", async () => {
  const long = "a".repeat(45)
  await nameOf(`a/${long}`)
  expect(await nameOf(`b/${long}`)).toBe(`${"a".repeat(38)}-2`)
})
