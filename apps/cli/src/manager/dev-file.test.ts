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
  expect(await found()).toEqual({ url: running.url, token: "dev-token", isDev: true })
})

test("the user's own file comes before it, and its token goes to nobody else", async () => {
  await write(running)
  await writeUserConfig(userPaths({ env: {}, home: folder }).config, { manager: "http://file:1", token: "from-file" })
  expect(await found()).toEqual({ url: "http://file:1", token: "from-file", isDev: false })
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
