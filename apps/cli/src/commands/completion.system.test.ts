import { execFile } from "node:child_process"
import { mkdtemp, rm, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, expect, test } from "vitest"
import { run } from "../program.ts"
import { fakeContext } from "../testing/fake-context.ts"
import { shopManager } from "../testing/shop.ts"

const LAUNCHER = fileURLToPath(new URL("../../../../bin/alien", import.meta.url))

/** The user's home, with `alien` in it. */
let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "alien-completion-"))
  await symlink(LAUNCHER, join(home, "alien"))
})
afterAll(() => rm(home, { recursive: true }))

async function scriptForBash(): Promise<string> {
  const context = fakeContext()
  expect(await run(["completion", "bash"], context)).toBe(0)
  return context.out
}

/** What bash offers after a command line; the last word is the one that is being typed. */
async function offered(words: readonly string[], env: Record<string, string> = {}): Promise<string[]> {
  const ask = `\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _alien; printf '%s\\n' "\${COMPREPLY[@]}"`
  const script = (await scriptForBash()) + ask
  const { stdout } = await promisify(execFile)("bash", ["--norc", "-c", script, "bash", ...words], {
    cwd: home,
    env: { PATH: `${home}:${process.env.PATH}`, HOME: home, ALIEN_HOME: join(home, "own"), ...env },
  })
  return stdout.trim().split("\n")
}

test.each([
  [["alien", "depl"], ["deploy"]],
  [
    ["alien", "settings", ""],
    ["get", "set", "diff"],
  ],
  [["alien", "settings", "get", "--pa"], ["--path"]],
  [["alien", "deploy", "shop", "--st"], ["--stack"]],
  [["alien", "tokens", "list", "--js"], ["--json"]],
])("bash: after %j it offers %j", async (words, expected) => {
  expect(await offered(words)).toEqual(expected)
})

test.each([
  [["alien", "status", ""], ["shop"]],
  [
    ["alien", "url", "shop", "a"],
    ["api", "api.web"],
  ],
  [["alien", "curl", "sh"], ["shop"]],
  [["alien", "tokens", "create", "--deployment", ""], ["shop"]],
  [["alien", "explain", "node_too"], ["node_too_old"]],
  [["alien", "status", "nothing-like-it"], [""]],
])("bash: after %j it asks the manager and offers %j", async (words, expected) => {
  await using manager = await shopManager()
  expect(await offered(words, { ALIEN_MANAGER_URL: manager.url, ALIEN_TOKEN: "t0ken" })).toEqual(expected)
})

test("bash: without a manager it says nothing and offers options", async () => {
  expect(await offered(["alien", "status", ""])).toContain("--json")
})
