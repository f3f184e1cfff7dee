import { expect, test } from "vitest"
import { PackagePlaces } from "./place-packages.ts"

test("a package lies at the top, and below the one that needs it where that has another version", () => {
  const places = new PackagePlaces()
  const placed = [
    ["a", "1", ""],
    ["@s/b", "1", ""],
    ["c", "1", "node_modules/a"],
    ["c", "2", "node_modules/@s/b"],
    ["c", "1", "node_modules/@s/b/node_modules/c"],
    ["c", "2", "node_modules/@s/b/node_modules/d"],
    ["a", "1", "node_modules/@s/b"],
  ].map(([name = "", version = "", parent = ""]) => places.place(name, version, parent))
  expect(placed).toEqual([
    "node_modules/a",
    "node_modules/@s/b",
    "node_modules/c",
    "node_modules/@s/b/node_modules/c",
    "node_modules/@s/b/node_modules/c/node_modules/c",
    undefined,
    undefined,
  ])
})
