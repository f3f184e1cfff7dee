import { expect, test } from "vitest"
import { parseTranscript, renderTranscript } from "./transcript.ts"

const BLOCK = `$ cd shop
$ alien deploy shop \\
  --yes
✔ build the stack

RESOURCE   URL

$ alien url api
https://api.shop.localhost:8443
`

test("commands are told from what they print, over several lines too: it gives both", () => {
  expect(parseTranscript(BLOCK)).toEqual([
    { command: "cd shop", output: "" },
    { command: "alien deploy shop \\\n  --yes", output: "✔ build the stack\n\nRESOURCE   URL" },
    { command: "alien url api", output: "https://api.shop.localhost:8443" },
  ])
})

test("what was read is written as it was: it makes the same block", () => {
  expect(renderTranscript(parseTranscript(BLOCK))).toBe(BLOCK)
})

test("empty lines around an output and blanks at line ends are not shown: it drops them", () => {
  expect(renderTranscript([{ command: "alien info", output: "\nshop: running  \n\n" }])).toBe(
    "$ alien info\nshop: running\n",
  )
})

test("a block that begins with output is refused: it throws", () => {
  expect(() => parseTranscript("shop: running\n")).toThrow('a console block begins with "$ " and a command')
})
