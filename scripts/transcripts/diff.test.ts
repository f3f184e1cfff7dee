import { expect, test } from "vitest"
import { lineDiff } from "./diff.ts"

test("what is the same has no difference: it is empty", () => {
  expect(lineDiff("a\nb\n", "a\nb\n")).toBe("")
})

test("it names the line and shows what went and what came", () => {
  expect(lineDiff("a\nb\nc\nd", "a\nx\nc\nd\ne")).toBe("@ line 2\n- b\n+ x\n@ line 5\n+ e")
})
