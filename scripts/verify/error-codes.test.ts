import { describe, expect, test } from "vitest"
import { checkCodes } from "./error-codes.ts"

const check = (text: string, known: readonly string[] = []) =>
  checkCodes([{ path: "packages/core/src/x.ts", text }], new Set(known))

describe("the check of error codes: it", () => {
  test("is content when each code is in the table", () => {
    expect(check('throw problem("not_found", {})\n', ["not_found"])).toEqual([])
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
    expect(check(text)).toEqual([
      "not_found: used at packages/core/src/x.ts:1, not in the table of packages/core/src/codes",
    ])
  })

  test("lists what is missing sorted, each code once, at its first use", () => {
    expect(check('problem("b_b", {})\nproblem("a_a", {})\nproblem("b_b", {})\n')).toEqual([
      "a_a: used at packages/core/src/x.ts:2, not in the table of packages/core/src/codes",
      "b_b: used at packages/core/src/x.ts:1, not in the table of packages/core/src/codes",
    ])
  })

  test("finds rows without a use", () => {
    expect(check('problem("a", {})', ["a", "gone"])).toEqual([
      "gone: in the table of packages/core/src/codes, never used",
    ])
  })

  test("finds an answer with another status than its row has", () => {
    const answers = 'const a = { status: 503, code: "no_upstream" }; const b = { status: 502, code: "no_upstream" }'
    expect(check(answers, ["no_upstream"])).toEqual([
      "no_upstream: answered with 502 at packages/core/src/x.ts:1, which its row does not have",
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
  expect(checkCodes([launcher], new Set(["node_too_old"]))).toEqual([])
  expect(checkCodes([launcher], new Set())).toEqual([expect.stringContaining("node_too_old")])
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
  expect(checkCodes([rust], new Set(["not_found", "late"]))).toEqual([])
  expect(checkCodes([rust], new Set(["late"]))).toEqual([
    "not_found: used at sdks/rust/src/error.rs:4, not in the table of packages/core/src/codes",
  ])
})
