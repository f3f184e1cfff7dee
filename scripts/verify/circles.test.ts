import { describe, expect, test } from "vitest"
import { findCircles } from "./circles.ts"

const file = (path: string, ...imports: string[]) => ({
  path,
  text: imports.map((specifier) => `import type { A } from "${specifier}"\n`).join(""),
})

describe("the check of circles: it", () => {
  test("takes files that import in one direction", () => {
    expect(
      findCircles([file("p/a.ts", "./b.ts", "./c.ts"), file("p/b.ts", "./c.ts"), file("p/c.ts", "node:fs")]),
    ).toEqual([])
  })

  test("names the files of a circle in their order, types included", () => {
    expect(findCircles([file("p/a.ts", "./q/b.ts"), file("p/q/b.ts", "../c.ts"), file("p/c.ts", "./q/b.ts")])).toEqual([
      "p/q/b.ts → p/c.ts → p/q/b.ts: move what both need to a file of its own",
    ])
  })

  test("finds two circles through one file, and a file that imports itself", () => {
    const two = findCircles([
      file("a.ts", "./b.ts", "./c.ts"),
      file("b.ts", "./a.ts"),
      file("c.ts", "./a.ts", "./c.ts"),
    ])
    expect(two.map((line) => line.split(":")[0])).toEqual(["a.ts → b.ts → a.ts", "a.ts → c.ts → a.ts", "c.ts → c.ts"])
  })
})
