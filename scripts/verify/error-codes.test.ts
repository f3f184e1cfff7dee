import { describe, expect, test } from "vitest"
import { checkCodes } from "./error-codes.ts"

const check = (text: string, page = "") => checkCodes([{ path: "packages/core/src/x.ts", text }], page)

describe("the check of error codes: it", () => {
  test("is content when each code has its heading", () => {
    expect(check('throw problem("not_found", {})\n', "# Errors\n\n## not_found\n\nText.\n")).toEqual([])
    expect(check('throw problem("not_found", {})\n', "## `not_found`\n")).toEqual([])
  })

  test.each([
    'problem("not_found", { message: "x" })',
    'violations("not_found", "x", [])',
    'found.push({ path: "a", code: "not_found", message: "x" })',
    'const condition = { code: ok ? null : "not_found" }',
    'const condition = { code: given ?? "not_found" }',
    'new SdkError("not_found", "x")',
    'problem(known ? "not_found" : "not_found", {})',
  ])("finds the code of %s", (text) => {
    expect(check(text)).toEqual(["not_found: used at packages/core/src/x.ts:1, no heading in docs/errors.md"])
  })

  test("lists what is missing sorted, each code once, at its first use", () => {
    expect(check('problem("b_b", {})\nproblem("a_a", {})\nproblem("b_b", {})\n')).toEqual([
      "a_a: used at packages/core/src/x.ts:2, no heading in docs/errors.md",
      "b_b: used at packages/core/src/x.ts:1, no heading in docs/errors.md",
    ])
  })

  test("finds headings without a use and double ones", () => {
    expect(check('problem("a", {})', "## a\n## a\n## gone\n")).toEqual([
      "a: two headings in docs/errors.md",
      "gone: a heading in docs/errors.md, never used",
    ])
  })

  test("wants literals, except where a code is passed on", () => {
    expect(check("problem(prefix + name, {})")).toEqual([expect.stringContaining("the code is computed")])
    expect(check('problem("Not-Found", {})')).toEqual([expect.stringContaining("is not lower snake case")])
    expect(check("problem(code, {}); problem(error.code, {}); problem(codeOf(error), {})")).toEqual([])
  })

  test("does not take other things that are called code for errors", () => {
    expect(
      check('const stack = { code: { type: "image" } }; const exit = { code: 1 }; throw new Error("some text")'),
    ).toEqual([])
  })
})

test("a link to the page counts as a use", () => {
  const launcher = { path: "bin/alien", text: "write('more  docs/errors.md#node_too_old')" }
  expect(checkCodes([launcher], "## node_too_old\n")).toEqual([])
  expect(checkCodes([launcher], "")).toEqual([expect.stringContaining("node_too_old")])
})

test("what an error in Rust answers as its code is one", () => {
  const text = `impl Error {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not_found",
            Self::Late => "late",
        }
    }
    fn name(&self) -> &str {
        match self {
            Self::Late => "no_code",
        }
    }
}
`
  const rust = { path: "sdks/rust/src/error.rs", text }
  expect(checkCodes([rust], "## not_found\n## late\n")).toEqual([])
  expect(checkCodes([rust], "## late\n")).toEqual([
    "not_found: used at sdks/rust/src/error.rs:4, no heading in docs/errors.md",
  ])
})
