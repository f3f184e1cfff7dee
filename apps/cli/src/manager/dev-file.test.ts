import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { findConnection } from "../connection.ts"
import { writeUserConfig } from "../user-config.ts"
import { userPaths } from "../user-paths.ts"
import { devFile, readDevFile } from "./dev-file.ts"

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "alien-dev-file-"))
})
afterEach(() => rm(folder, { recursive: true }))

const running = { url: "http://127.0.0.1:7401", token: "dev-token", pid: process.pid }

async function write(content: unknown, mode = 0o600) {
  const path = devFile(folder)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content))
  await chmod(path, mode)
}
const found = () => findConnection({}, { env: {}, home: folder, cwd: folder })

test("the dev that runs in this folder is asked when nothing else names a manager, and it is known as such", async () => {
  await write(running)
  expect(await found()).toEqual({ url: running.url, token: "dev-token", from: "dev", isDev: true })
})

test("it comes before the user's own file, says so, and each token goes to its own manager only", async () => {
  await write(running)
  const file = userPaths({ env: {}, home: folder }).config
  await writeUserConfig(file, { manager: "http://file:1", token: "from-file" })
  const passedOver = `http://file:1, which ${file} names`
  expect(await found()).toEqual({ url: running.url, token: "dev-token", from: "dev", isDev: true, passedOver })
  expect(await findConnection({ manager: "http://file:1" }, { env: {}, home: folder, cwd: folder })).toMatchObject({
    token: "from-file",
    isDev: false,
  })
  expect(await findConnection({ manager: "http://else:1" }, { env: {}, home: folder, cwd: folder })).toMatchObject({
    token: undefined,
  })
})

test("it is found from the folders below it, the nearest one first", async () => {
  await write(running)
  const below = join(folder, "api", "src")
  await mkdir(below, { recursive: true })
  const at = () => findConnection({}, { env: {}, home: folder, cwd: below })
  expect(await at()).toMatchObject({ url: running.url, isDev: true })
  await mkdir(join(folder, "api", ".alien"))
  const nearer = { ...running, url: "http://127.0.0.1:7402" }
  await writeFile(devFile(join(folder, "api")), JSON.stringify(nearer), { mode: 0o600 })
  expect(await at()).toMatchObject({ url: nearer.url, isDev: true })
})

test("a token from the environment does not go to it", async () => {
  await write(running)
  const context = { env: { ALIEN_TOKEN: "of-another" }, home: folder, cwd: folder }
  await expect(findConnection({}, context)).rejects.toMatchObject({ code: "usage_invalid" })
})

test("while the environment names another manager it is passed over, and that is known", async () => {
  await write(running)
  const context = { env: { ALIEN_MANAGER_URL: "http://env:1", ALIEN_TOKEN: "t" }, home: folder, cwd: folder }
  expect(await findConnection({}, context)).toMatchObject({
    isDev: false,
    passedOver: `the \`alien dev\` of ${folder} (${running.url})`,
  })
})

test("named by its address it gets its own token, so that is enough", async () => {
  await write(running)
  const context = { env: {}, home: folder, cwd: folder }
  expect(await findConnection({ manager: `${running.url}/` }, context)).toMatchObject({
    token: "dev-token",
    isDev: true,
  })
})

test.each([
  ["whose process is gone", { ...running, pid: 2 ** 22 - 1 }],
  ["without a process", { ...running, pid: 0 }],
  ["that leads to another machine", { ...running, url: "https://192.0.2.1:7401" }],
  ["without a token", { ...running, token: "" }],
  ["that is no JSON", "{"],
])("a file %s is as none: it answers nothing", async (_, content) => {
  await write(content)
  expect(await readDevFile(folder)).toBeUndefined()
  await expect(found()).rejects.toMatchObject({ code: "manager_unknown" })
})

test("one that others may read is refused, and it does not say the token", async () => {
  await write(running, 0o644)
  const error = await found().catch((thrown: Error) => thrown)
  expect(error).toMatchObject({ code: "config_insecure" })
  expect(String(error)).not.toContain("dev-token")
})
