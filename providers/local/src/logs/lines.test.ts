import { closeSync, openSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { temporaryDirectory } from "../testing/temporary.ts"
import { endOfLines, linesBackward, linesForward } from "./lines.ts"

async function reading<T>(text: string, read: (fd: number, size: number) => T): Promise<T> {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, "log")
  writeFileSync(file, text)
  const fd = openSync(file, "r")
  try {
    return read(fd, Buffer.byteLength(text))
  } finally {
    closeSync(fd)
  }
}

const forward = (text: string, start = 0) => reading(text, (fd) => [...linesForward(fd, start)])
const backward = (text: string) => reading(text, (fd, size) => [...linesBackward(fd, endOfLines(fd, size))])

const LONG = "ü".repeat(50_000)

test.each([
  ["nothing", "", []],
  ["an unfinished line", "half", []],
  ["one line", "one\n", ["one"]],
  ["empty lines", "\n\na\n\n", ["", "", "a", ""]],
  ["an unfinished end", "a\nb\nhalf", ["a", "b"]],
  ["lines longer than a piece", `${LONG}\n${LONG}1\nshort\n`, [LONG, `${LONG}1`, "short"]],
  ["an unfinished end longer than a piece", `a\n${LONG}${LONG}`, ["a"]],
  [
    "many lines",
    `${Array.from({ length: 30_000 }, (_, n) => n).join("\n")}\n`,
    Array.from({ length: 30_000 }, (_, n) => `${n}`),
  ],
])("it reads %s both ways", async (_, text, lines) => {
  expect((await forward(text)).map((line) => line.text)).toEqual(lines)
  expect(await backward(text)).toEqual(lines.toReversed())
})

test("it says where the next line begins, and reads on from there", async () => {
  const text = "eins\nzwölf\ndrei\n"
  const lines = await forward(text)
  expect(lines.map(({ next }) => next)).toEqual([5, 12, 17])
  expect((await forward(text, lines[0]?.next)).map((line) => line.text)).toEqual(["zwölf", "drei"])
})
