import { describe, expect, test } from "vitest"
import { describeDiagnostic as describeError, firstAndLastLines, isError, readMessage } from "./messages.ts"

const span = (file: string, change: object = {}) => ({
  file_name: file,
  line_start: 3,
  line_end: 3,
  column_start: 26,
  is_primary: true,
  label: null,
  expansion: null,
  ...change,
})
const diagnostic = (change: object = {}) => ({
  message: "mismatched types",
  level: "error",
  code: { code: "E0308", explanation: "…" },
  spans: [span("agent/src/main.rs")],
  children: [],
  rendered: "error[E0308]: mismatched types\n",
  ...change,
})

const line = (message: object) => JSON.stringify({ reason: "compiler-message", package_id: "p", message })
function read(change: object = {}) {
  const message = readMessage(line(diagnostic(change)))
  if (message?.reason !== "compiler-message") throw new Error("not read")
  return message.message
}
const described = (change: object = {}) => describeError(read(change), "/stack/crates", "/stack")

describe("messages of cargo: it", () => {
  test("reads where the executable is", () => {
    const artifact = { reason: "compiler-artifact", target: { name: "agent", kind: ["bin"] }, executable: "/t/agent" }
    expect(readMessage(JSON.stringify({ ...artifact, fresh: true }))).toEqual(artifact)
    expect(readMessage(JSON.stringify({ ...artifact, executable: null }))).toMatchObject({ executable: null })
    expect(readMessage(`{"reason":"build-finished","success":false}`)).toMatchObject({ success: false })
  })

  test.each([
    "",
    "hello from a macro",
    "{ not JSON",
    `{"reason":"build-script-executed","linked_libs":[]}`,
    `{"reason":"something-new"}`,
    `{"reason":"compiler-message","message":"no"}`,
    `[{"reason":"build-finished","success":true}]`,
  ])("leaves %j alone", (text) => {
    expect(readMessage(text)).toBeUndefined()
  })

  test("knows an error from everything else", () => {
    expect(isError(read())).toBe(true)
    expect(isError(read({ level: "error: internal compiler error" }))).toBe(true)
    for (const level of ["warning", "note", "help", "failure-note"]) expect(isError(read({ level }))).toBe(false)
    expect(isError(read({ message: "aborting due to 2 previous errors", spans: [] }))).toBe(false)
  })
})

describe("an error of rustc: it", () => {
  test("has its place relative to the stack, its label and its code", () => {
    const secondary = span("agent/src/other.rs", { is_primary: false, label: "expected due to this" })
    const spans = [secondary, span("agent/src/main.rs", { label: "expected `i32`, found `&str`" })]
    expect(described({ spans })).toBe(
      "crates/agent/src/main.rs:3:26: mismatched types: expected `i32`, found `&str` [E0308]",
    )
    expect(described({ code: null })).toBe("crates/agent/src/main.rs:3:26: mismatched types")
  })

  test("is placed where a macro from elsewhere is called", () => {
    const call = { span: span("agent/src/main.rs", { line_start: 7, column_start: 5 }), macro_decl_name: "assert_eq!" }
    const inner = { span: span("<anon>", { expansion: call }), macro_decl_name: "inner!" }
    const spans = [span("/rustc/5980/library/core/src/macros/mod.rs", { label: "no", expansion: inner })]
    expect(described({ spans, code: null })).toBe("crates/agent/src/main.rs:7:5: mismatched types: no")
  })

  test("keeps the path of a crate from elsewhere", () => {
    const path = "/registry/src/x-1.0.0/src/lib.rs"
    expect(described({ spans: [span(path)] })).toMatch(new RegExp(`^${path}:3:26: `))
  })

  test("says what rustc would do, where that is about no place in the sources", () => {
    const help = { message: "run `rustup target add aarch64-apple-darwin`", level: "help", spans: [] }
    const note = { ...help, level: "note", message: "not installed" }
    const children = [note, { ...help, message: "a name like it", spans: [span("agent/src/main.rs")] }, help]
    expect(described({ children, code: null })).toMatch(
      /: mismatched types: run `rustup target add aarch64-apple-darwin`$/,
    )
  })

  test("is one line, not without end", () => {
    expect(described({ message: "a\n  b" })).toContain(": a b [E0308]")
    expect(described({ message: "x".repeat(10_000) }).length).toBeLessThan(600)
  })

  test("without a place is told in rustc's words, the last of which name what the linker misses", () => {
    const rendered = ["error: linking failed", ...Array.from({ length: 50 }, (_, index) => `note ${index}`)].join("\n")
    const text = described({ spans: [], rendered })
    expect(text).toMatch(/^error: linking failed\n…\nnote 32\n[\s\S]*note 49$/)
    expect(text.split("\n")).toHaveLength(20)
    expect(described({ spans: [], rendered: null })).toBe("mismatched types")
    expect(firstAndLastLines("a\nb\n")).toBe("a\nb")
  })
})
