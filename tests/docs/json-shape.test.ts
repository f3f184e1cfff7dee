import { describe, expect, test } from "vitest"
import { differences } from "./json-shape.ts"

describe("differences", () => {
  test.each([
    ["the same", { a: [1, null] }, { a: [1, null] }],
    ["members that are left out with …", { a: 1, "…": "…" }, { b: 2, a: 1 }],
    ["items that are left out with …", [1, "…"], [1, 2, 3]],
    ["a text that goes on", "alien_admin_…", "alien_admin_abc"],
  ])("%s: it has none", (_case, shown, real) => expect(differences(shown, real)).toEqual([]))

  test.each([
    ["another value", { a: 1 }, { a: 2 }, "$.a is shown as 1, and is 2"],
    ["another type", { a: "1" }, { a: 1 }, '$.a is shown as "1", and is 1'],
    ["a member that is gone", { a: { b: 1 } }, { a: {} }, "$.a.b is shown, and is not there"],
    ["a member that came", {}, { c: 1 }, "$ has c too"],
    ["fewer items", [1], [], "$ is shown with 1 items, and has 0"],
    ["a list for an object", { a: [] }, { a: {} }, "$.a is shown as [], and is {}"],
  ])("%s: it names the place", (_case, shown, real, told) => expect(differences(shown, real)).toContain(told))
})
