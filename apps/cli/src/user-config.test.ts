import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { readUserConfig, writeUserConfig } from "./user-config.ts"

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "alien-config-"))
})
afterEach(() => rm(directory, { recursive: true }))

test("what was written can be read, and only by its owner; it makes the directories", async () => {
  const path = join(directory, "deep", "config.json")
  await writeUserConfig(path, { manager: "http://127.0.0.1:7400", token: "secret" })
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readUserConfig(path)).toEqual({ manager: "http://127.0.0.1:7400", token: "secret" })
})

test("an older file that others may read is made private when it is written again", async () => {
  const path = join(directory, "config.json")
  await writeFile(path, "{}", { mode: 0o644 })
  await writeUserConfig(path, { token: "secret" })
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test("no file is an empty one, so it is {}", async () => {
  expect(await readUserConfig(join(directory, "none.json"))).toEqual({})
})

test("a file that others may read is refused, and it does not say the token", async () => {
  const path = join(directory, "config.json")
  await writeFile(path, JSON.stringify({ token: "secret-value" }))
  await chmod(path, 0o640)
  const error = await readUserConfig(path).catch((thrown: Error) => thrown)
  expect(error).toMatchObject({ code: "config_insecure", hint: `run: chmod 600 ${path}` })
  expect(String(error)).not.toContain("secret-value")
})

test.each(["{", '{"manager": "ftp://x"}', "[]"])("it refuses %s", async (text) => {
  const path = join(directory, "config.json")
  await writeFile(path, text, { mode: 0o600 })
  await expect(readUserConfig(path)).rejects.toMatchObject({ code: "config_invalid" })
})
