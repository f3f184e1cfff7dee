import { expect, test } from "vitest"
import { run } from "../program.ts"
import { fakeContext } from "../testing/fake-context.ts"
import { hasSymbols } from "./symbols.ts"

const terminal = { write: () => {}, isTTY: true }

test.each([
  [{}, true],
  [{ LANG: "en_US.UTF-8" }, true],
  [{ LANG: "en_US.UTF-8", LC_ALL: "C" }, false],
  [{ TERM: "linux" }, false],
])("a terminal with %j can show symbols: it is %s", (env, expected) => {
  expect(hasSymbols(terminal, env)).toBe(expected)
})

test("a terminal that cannot gets plain ones of the same width, and a pipe gets what was written", async () => {
  let text = ""
  const stderr = { write: (more: string) => (text += more), isTTY: true }
  await run(["depoly"], fakeContext({ env: { LC_ALL: "C", NO_COLOR: "1" }, stderr }))
  expect(text).toMatch(/^x /)
  const context = fakeContext({ env: { LC_ALL: "C" } })
  await run(["depoly"], context)
  expect(context.err).toMatch(/^✖ /)
})
