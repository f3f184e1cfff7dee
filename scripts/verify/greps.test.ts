import { describe, expect, test } from "vitest"
import { grep } from "./greps.ts"

const found = (text: string, path = "packages/core/src/x.ts") => grep({ path, text })
const tls = "NODE_TLS_REJECT"

describe("the search for forbidden text: it", () => {
  test.each([
    ["{ rejectUnauthorized", ": false }"],
    [`process.env.${tls}`, "_UNAUTHORIZED = 0"],
    ["strict-ssl", "=false"],
    ["spawn(a, { shell", ": true })"],
    ["imp", 'ort { exec, spawn } from "node:child_process"'],
    ["imp", 'ort { execSync } from "child_process"'],
    ["mkdir(join(a, b), { recur", "sive: true, mode: 0o700 })"],
    ["mkdirSync(a, {\n recur", "sive: true })"],
    ["// @ts", "-ignore"],
    ["// @ts-expect", "-error"],
    ["value as", " any"],
    ["// TO", "DO later"],
    ["// FIX", "ME"],
    ['"/ho', 'me/somebody/file"'],
    ['"/t', 'mp"'],
    ['fetch("http:/', '/api.acme.io/x")'],
  ])("finds %s%s", (left, right) => {
    expect(found(`first\n${left}${right}\n`)).toEqual([expect.stringMatching(/^packages\/core\/src\/x\.ts:2: /)])
  })

  test.each([
    "{ rejectUnauthorized: true }",
    "database.exec(text); pattern.exec(text)",
    'import { execFile, spawn } from "node:child_process"',
    'join(tmpdir(), "x")',
    'fetch("http://127.0.0.1:7400/x")',
    `fetch("http://\${host}:1")`,
    'new URL("http://api.dev.localhost/x")',
    'request("http://manager/health")',
    'fetch("https://api.acme.io")',
    '"http://docs.example.com"',
    '"~/tmp/x", "./tmp/x", "packages/home/x"',
  ])("lets %s pass", (text) => {
    expect(found(text)).toEqual([])
  })

  test("allows tests what is theirs to know", () => {
    expect(found(["mkdir(a, { recur", "sive: true })"].join(""), "packages/core/src/x.test.ts")).toEqual([])
  })

  test("allows what must not compile in fixtures alone", () => {
    const text = ["// @ts-expect", "-error"].join("")
    expect(found(text, "packages/core/src/x.fixture.ts")).toEqual([])
  })

  test("is not fooled by a harmless beginning", () => {
    const text = ["http:/", "/localhost.evil.io/ and http:/", "/127.0.0.1.evil.io"].join("")
    expect(found(text)).toHaveLength(2)
  })
})
