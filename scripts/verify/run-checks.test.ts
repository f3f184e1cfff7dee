import { describe, expect, test } from "vitest"
import { runChecks } from "./run-checks.ts"

const check = (name: string, run: () => Promise<string[]>) => ({ name, run })

describe("runChecks: it", () => {
  test("shows every check and every failure, and goes on after one", async () => {
    let text = ""
    const passed = await runChecks(
      [
        check("first", async () => ["a.ts:1: wrong", "two\nlines"]),
        check("second", async () => {
          throw new TypeError("no such file")
        }),
        check("third", async () => []),
      ],
      "root",
      (more) => {
        text += more
      },
    )
    expect(passed).toBe(false)
    expect(text).toContain("✖ first: 2 found\n    a.ts:1: wrong\n    two\n    lines\n✖ second: 1 found\n")
    expect(text).toContain("the check could not be made: TypeError: no such file")
    expect(text.endsWith("✔ third\n")).toBe(true)
  })

  test("passes when all do", async () => {
    expect(await runChecks([check("first", async () => [])], "root", () => {})).toBe(true)
  })
})
