import { execFileSync } from "node:child_process"
import { expect, test } from "vitest"
import { isGroup } from "../command.ts"
import { run } from "../program.ts"
import { fakeContext } from "../testing/fake-context.ts"
import { COMMANDS } from "./index.ts"

async function scriptFor(shell: string): Promise<string> {
  const context = fakeContext()
  expect(await run(["completion", shell], context)).toBe(0)
  return context.out
}

/** What bash offers after a command line; the last word is the one that is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const ask = `\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _alien; printf '%s\\n' "\${COMPREPLY[@]}"`
  const script = (await scriptFor("bash")) + ask
  const out = execFileSync("bash", ["--norc", "-c", script, "bash", ...words], { encoding: "utf8" })
  return out.trim().split("\n")
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
  expect(await offered(...words)).toEqual(expected)
})

test.each(["bash", "zsh", "fish"])("%s: every command and every option of it is there", async (shell) => {
  const script = await scriptFor(shell)
  for (const entry of COMMANDS)
    for (const { name, options } of isGroup(entry) ? entry.commands : [entry]) {
      expect(script).toContain(name)
      for (const [flags] of options) expect(script).toContain(/--([\w-]+)/.exec(flags)?.[1])
    }
})

test("a shell that it does not know is exit code 2, and it says which was meant", async () => {
  const context = fakeContext()
  expect(await run(["completion", "zhs"], context)).toBe(2)
  expect(context.err).toContain("did you mean: zsh?")
})
