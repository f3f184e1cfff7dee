import { readFile } from "node:fs/promises"
import { resolve } from "node:path"
import { describe, expect, test } from "vitest"
import { lineDiff } from "../../scripts/transcripts/diff.ts"
import { fencesOf } from "../../scripts/transcripts/fences.ts"
import { replay } from "../../scripts/transcripts/replay.ts"
import { runnerOf } from "./runners.ts"
import { typeErrors } from "./type-check.ts"

const read = (path: string) => readFile(resolve(import.meta.dirname, "../..", path), "utf8")
const follow = (text: string) => replay(text, runnerOf)
const fenced = (info: string, text: string) => `\n\`\`\`${info}\n${text}\n\`\`\`\n`

describe.each(["docs/external-urls.md", "docs/first-steps.md", "README.md"])("%s", (path) => {
  test("whoever follows it from top to bottom sees what it says: it is the same document", async () => {
    const document = await read(path)
    expect(lineDiff(document, await follow(document))).toBe("")
  }, 180_000)

  test("its TypeScript is right: it has no type errors", async () => {
    expect(await typeErrors(fencesOf(await read(path)))).toBe("")
  }, 60_000)
})

describe("a sample that is not right, so that it fails", () => {
  test.each([
    [
      "of a language that nobody runs",
      fenced("rust", "fn main() {}"),
      "the rust sample at line 2: nobody runs this sample",
    ],
    ["without a language", fenced("", "text"), "nobody runs this sample"],
    ["a command that fails, though the next one does not", fenced("sh", "false\ntrue"), "ended with 1"],
    ["a variable that nobody knows", fenced("sh placeholders", "export MY_OWN=1"), "nobody knows what to put into"],
    ["another answer", `${fenced("sh", `echo '{"a":1}'`)}${fenced("json", `{"a":2}`)}`, "$.a is shown as 2, and is 1"],
    ["a stack with a mistake", fenced("ts stack", "export default 1"), "the ts sample at line 2"],
    ["a file outside the folder", fenced("json file=../a.json", "{}"), "lies outside the reader's folder"],
  ])("%s", async (_case, text, told) => {
    await expect(follow(text)).rejects.toThrow(told)
  })

  test("another output, which it puts right", async () => {
    expect(await follow(fenced("console", "$ echo a\nb"))).toBe(fenced("console", "$ echo a\na"))
  })

  test("a type error, which it names", async () => {
    const [fence] = fencesOf(fenced("ts file=a.ts", `export const a: number = "1"`))
    expect(await typeErrors(fence ? [fence] : [])).toContain("version-1/a.ts(1,14): error TS2322")
  }, 60_000)
})
