import { expect, test } from "vitest"
import { issueByCommand } from "./issue-command.ts"

const signal = new AbortController().signal
const program = (text: string) => issueByCommand([process.execPath, "-e", text, "--"])

test("the program is given the host as its last argument, and what it prints is taken", async () => {
  const issue = program("console.log(JSON.stringify({ chain: process.argv.at(-1), key: 'key' }))")
  expect(await issue("a b;$(c).localhost", signal)).toEqual({ chain: "a b;$(c).localhost", key: "key" })
})

test.each([
  ["prints something else", "console.log('{}')"],
  ["prints too much", "console.log('x'.repeat(100_000))"],
  ["fails", "process.exit(1)"],
])("a program that %s has it throw", async (_what, text) => {
  await expect(program(text)("a.localhost", signal)).rejects.toThrow()
})

test("it ends the program when it is stopped", async () => {
  const stopped = new AbortController()
  const issued = program("setInterval(() => {}, 1000)")("a.localhost", stopped.signal)
  stopped.abort()
  await expect(issued).rejects.toThrow()
})
