import { styleText } from "node:util"
import { expect, test } from "vitest"
import { safeJson, safeText } from "./safe-output.ts"

test("our own colours stay, so it looks as before", () => {
  for (const colour of ["red", "green", "yellow", "cyan", "dim", "bold"] as const) {
    const text = `${styleText(colour, "ready", { validateStream: false })}\tx\n`
    expect(safeText(text)).toBe(text)
  }
})

test.each([
  ["a sequence that clears the screen", "a\u001b[2Jb", "ab"],
  ["a title", "a\u001b]0;owned\u0007b", "ab"],
  ["one with a colour of ours inside", "\u001b]0;\u001b[31mb\u0007", ";\u001b[31mb␇"],
  ["hidden text", "\u001b[8mb", "b"],
  ["a carriage return and a backspace", "a\rb\bc\r\n", "a␍b␈c\n"],
  ["C1 and DEL", "\u0085\u007f", "\ufffd␡"],
  ["a change of the direction", "a\u202eb", "a\ufffdb"],
])("%s cannot act, so it is gone or shown", (_, text, expected) => {
  expect(safeText(text)).toBe(expected)
})

test("a document loses nothing, and it holds no control character", () => {
  const value = { text: "\u009b2J\u007f\u202e\n\t" }
  const document = safeJson(`${JSON.stringify(value)}\n`)
  expect(document).toMatch(/^[ -~]*\n$/)
  expect(JSON.parse(document)).toEqual(value)
})
