import { mkdtemp, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { run } from "../program.ts"
import { fakeContext, type Given } from "../testing/fake-context.ts"
import { fakeManager } from "../testing/fake-manager.ts"
import { readUserConfig } from "../user-config.ts"
import { userPaths } from "../user-paths.ts"

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "alien-login-"))
})
afterEach(() => rm(home, { recursive: true }))

const manager = (managerUrl?: string) =>
  fakeManager({
    "GET /v1/whoami": ({ authorization }) =>
      authorization === "Bearer s3cret"
        ? { json: { kind: "token", id: "tok_a", role: "admin", managerUrl, scope: { type: "workspace" } } }
        : { status: 401, json: { code: "unauthorized", message: "no", retryable: false, internal: false } },
  })

async function login(argv: readonly string[], given: Given) {
  const context = fakeContext({ home, cwd: home, ...given })
  const exit = await run(["login", ...argv], context)
  return { exit, out: context.out, err: context.err, path: userPaths(context).config }
}

test.each([
  ["from stdin", [], { input: "s3cret\n" }],
  ["from a hidden prompt", [], { terminal: true, secret: "s3cret" }],
  ["from --token", ["--token", "s3cret"], {}],
])("the token is read %s, asked for at the manager, and it is written for its owner only", async (_, argv, given) => {
  await using server = await manager()
  const { exit, out, path } = await login([`${server.url}/`, ...argv], given)
  expect({ exit, out }).toMatchObject({ exit: 0, out: expect.stringContaining(`Logged in to ${server.url} as admin.`) })
  expect(out).not.toContain("s3cret")
  expect(await readUserConfig(path)).toEqual({ manager: server.url, token: "s3cret" })
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test("it says where others reach a manager that has a public URL", async () => {
  await using server = await manager("https://manager.example")
  const { out } = await login([server.url], { input: "s3cret" })
  expect(out).toContain("Customers and other machines reach it at https://manager.example.\n")
})

test("a token that the manager does not know is exit code 4, and it writes nothing", async () => {
  await using server = await manager()
  const { exit, path } = await login([server.url], { input: "wrong" })
  expect(exit).toBe(4)
  expect(await readUserConfig(path)).toEqual({})
})

test.each([
  ["no token", "", "no token was given"],
  ["no token but a text", "not a token", "what was given is no token"],
])("%s is exit code 2, and it asks nobody", async (_, input, message) => {
  await using server = await manager()
  const { exit, err } = await login([server.url], { input })
  expect(exit).toBe(2)
  expect(err).toContain(message)
  expect(server.seen).toEqual([])
})
