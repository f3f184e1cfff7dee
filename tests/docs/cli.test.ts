import { readFile } from "node:fs/promises"
import { resolve } from "node:path"
import { expect, test } from "vitest"
import { commandPage } from "../../scripts/transcripts/command-page.ts"
import { lineDiff } from "../../scripts/transcripts/diff.ts"

const page = await readFile(resolve(import.meta.dirname, "../../docs/cli.md"), "utf8")

test("docs/cli.md lists every command with its summary, so it is what the definitions make", () => {
  expect(lineDiff(page, commandPage(page))).toBe("")
})

test("a page without one of the commands gets it back", () => {
  const [row = ""] = /^\| `alien deploy.*$/m.exec(page) ?? []
  expect(row).toContain("build a stack")
  expect(commandPage(page.replace(`${row}\n`, ""))).toBe(page)
})
