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

const wide = [["shop", "a-release-with-a-long-name", "https://api.shop.localhost:8443", "dep_x"]]
const heading = ["NAME", "RELEASE", "URL", "ID"]

test("where it is too wide columns go first, then others are cut, and those that matter stay whole", () => {
  expect(table(heading, wide, { width: 60, drop: ["ID"], cut: ["RELEASE"] }).split("\n")).toEqual([
    "NAME   RELEASE               URL",
    "shop   a-release-with-a-l…   https://api.shop.localhost:8443",
  ])
  expect(table(heading, wide, { width: 72, drop: ["ID"], cut: ["RELEASE"] })).toContain("a-release-with-a-long-name")
})

test("without a width nothing is left out, so a pipe gets everything", () => {
  expect(table(heading, wide, { drop: ["ID"], cut: ["RELEASE"] })).toContain("dep_x")
})

test("where the screen is too narrow for a row, each one is a block with a line per column", () => {
  const url = "https://webhooks-of-partners.shop.localhost:8443"
  const rows = [
    ["webhooks-of-partners", "web", "ready", url, ""],
    ["api", "web", "waiting", "-", "dns_record_missing (customer)"],
  ]
  const heading = ["RESOURCE", "ENDPOINT", "STATE", "URL", "WAITS FOR"]
  expect(table(heading, rows, { width: 60, cut: ["WAITS FOR"] }).split("\n")).toEqual([
    "RESOURCE   webhooks-of-partners",
    "ENDPOINT   web",
    "STATE      ready",
    `URL        ${url}`,
    "",
    "RESOURCE   api",
    "ENDPOINT   web",
    "STATE      waiting",
    "URL        -",
    "WAITS FOR  dns_record_missing (customer)",
  ])
})
