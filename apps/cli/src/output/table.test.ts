import { styleText } from "node:util"
import { expect, test } from "vitest"
import { table } from "./table.ts"

test("columns are as wide as their widest cell, and it ends no line with blanks", () => {
  expect(
    table(
      ["NAME", "STATE"],
      [
        ["api", "ready"],
        ["a-long-name", ""],
      ],
    ),
  ).toBe("NAME          STATE\napi           ready\na-long-name")
})

test("colour does not count, so it stays aligned", () => {
  const green = styleText("green", "ready", { validateStream: false })
  const [, first = "", second = ""] = table(
    ["STATE", "URL"],
    [
      [green, "x"],
      ["provisioning", "y"],
    ],
  ).split("\n")
  expect(first).toBe(`${green}          x`)
  expect(second).toBe("provisioning   y")
})

test("a column that is empty everywhere is not in it", () => {
  expect(table(["A", "B", "C"], [["1", "", "3"]])).toBe("A   C\n1   3")
})
