import { execFileSync } from "node:child_process"
import { expect, test } from "vitest"
import { run } from "../program.ts"
import { fakeContext } from "../testing/fake-context.ts"

async function scriptForBash(): Promise<string> {
  const context = fakeContext()
  expect(await run(["completion", "bash"], context)).toBe(0)
  return context.out
}

/** What bash offers after a command line; the last word is the one that is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const ask = `\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _alien; printf '%s\\n' "\${COMPREPLY[@]}"`
  const script = (await scriptForBash()) + ask
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
