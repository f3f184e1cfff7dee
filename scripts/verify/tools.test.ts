import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import type { Check } from "./check.ts"
import { deadCode, lint, types } from "./tools.ts"

/** A folder in which a stand-in for the tool is installed. */
async function installed(entry: string, program: string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "alien-verify-"))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const file = join(root, "node_modules", entry)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, program)
  return root
}

describe.each<[Check, string]>([
  [types, "typescript/bin/tsc"],
  [lint, "@biomejs/biome/bin/biome"],
  [deadCode, "knip/bin/knip.js"],
])("$name: it", (check, entry) => {
  test("fails with the tool's whole output", async () => {
    const root = await installed(entry, 'console.log("one"); console.error("two"); process.exitCode = 1')
    const [failure = "", ...others] = await check.run(root)
    expect(others).toEqual([])
    expect(failure.split("\n").sort()).toEqual(["one", "two"])
  })

  test("fails when the tool dies without a word", async () => {
    const root = await installed(entry, "process.exit(3)")
    expect(await check.run(root)).toEqual([`${check.name} ended with 3 and said nothing`])
  })

  test("is content when the tool is", async () => {
    expect(await check.run(await installed(entry, 'console.log("fine")'))).toEqual([])
  })
})
