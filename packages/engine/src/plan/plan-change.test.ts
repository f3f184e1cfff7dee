import { expect, test } from "vitest"
import { planChanges } from "./plan-change.ts"

const hash = (start: string) => start.padEnd(64, "0")

test("a hash is shown by its first twelve digits, also within a text", () => {
  expect(planChanges("artifact", hash("a1"), hash("b2"))).toEqual([
    { field: "artifact", from: '"a10000000000…"', to: '"b20000000000…"' },
  ])
  expect(planChanges("path", undefined, `/data/${hash("c3")}/index.js`)).toEqual([
    { field: "path", from: "(none)", to: '"/data/c30000000000…/index.js"' },
  ])
})

test("of lists of one length only the elements that differ are shown, of others both whole", () => {
  expect(planChanges("command", ["node", "main.ts", "/a"], ["node", "main.ts", "/b"])).toEqual([
    { field: "command[2]", from: '"/a"', to: '"/b"' },
  ])
  expect(planChanges("ports", [1], [1, 2])).toEqual([{ field: "ports", from: "[1]", to: "[1,2]" }])
  expect(planChanges("ports", [1], [{ $after: "api" }])).toEqual([
    { field: "ports", from: "[1]", to: '["(after api)"]' },
  ])
})

test("lists that read the same, since only their secrets differ, are shown whole", () => {
  const secret = (of: string) => ({ $sealed: of })
  expect(planChanges("list", ["a", secret("x")], ["a", secret("y")])).toEqual([
    { field: "list", from: '["a","(secret)"]', to: '["a","(secret)"]' },
  ])
})

test("of long texts the part is shown that differs, a little before it, and not what follows", () => {
  const [change] = planChanges("text", `${"x".repeat(200)}one${"y".repeat(200)}`, `${"x".repeat(200)}two`)
  expect(change?.from).toBe(`…${"x".repeat(20)}one${"y".repeat(97)}…`)
  expect(change?.to).toBe(`…${"x".repeat(20)}two"`)
})

test("of a value that cannot be read nothing is shown", () => {
  expect(planChanges("size", undefined, 2, false)).toEqual([{ field: "size", to: "2" }])
})
