import { expect, test } from "vitest"
import { type Access, accessLine, isProbe } from "./entry.ts"

const time = new Date(0)
const access: Access = {
  ...{ endpoint: "web", protocol: "HTTP/2", method: "GET", target: "/a/b", status: 200 },
  ...{ durationMs: 12.4, requestBytes: 0, responseBytes: 5, upstream: 4001 },
}
const lineOf = (more: Partial<Access>) => JSON.parse(accessLine({ ...access, ...more }, time))

test("a line has what a person reads and what a program asks for", () => {
  expect(lineOf({})).toEqual({
    ...{ time: "1970-01-01T00:00:00.000Z", stream: "access", line: "GET /a/b 200 12ms", endpoint: "web" },
    ...{ method: "GET", path: "/a/b", status: 200, durationMs: 12, requestBytes: 0, responseBytes: 5 },
    ...{ protocol: "HTTP/2", upstream: 4001 },
  })
})

test.each(["/a?token=secret", "/a#secret", "/a?x\n=secret#secret"])("of %j it keeps the path alone", (target) => {
  expect(lineOf({ target }).path).toBe("/a")
  expect(accessLine({ ...access, target }, time)).not.toContain("secret")
})

test("control characters are escaped: a line shown in a terminal controls nothing, and stays one line", () => {
  const { line, path } = lineOf({ target: "/\u001b[31m\r\n\u0085\u202e", method: "G\u0007" })
  expect(path).toBe("/\\u001b[31m\\u000d\\u000a\\u0085\\u202e")
  expect(line).toBe(`G\\u0007 ${path} 200 12ms`)
  expect(accessLine({ ...access, target: "/\n" }, time).match(/\n/g)).toHaveLength(1)
})

test("a long path is cut", () => {
  expect(lineOf({ target: `/${"x".repeat(5000)}` }).path).toHaveLength(1025)
})

test("a connection without HTTP, and one that was cut, say so", () => {
  const tcp: Access = { endpoint: "sql", protocol: "tcp", durationMs: 3, requestBytes: 1, responseBytes: 2 }
  expect(JSON.parse(accessLine({ ...tcp, upstream: 5432, cut: "client" }, time))).toEqual({
    ...{ time: "1970-01-01T00:00:00.000Z", stream: "access", line: "tcp 3ms (cut by the client)", endpoint: "sql" },
    ...{ durationMs: 3, requestBytes: 1, responseBytes: 2, protocol: "tcp", upstream: 5432, cut: "client" },
  })
})

test("a probe is marked, so that it is not taken for a caller", () => {
  expect(lineOf({ probe: true })).toMatchObject({ line: "GET /a/b 200 12ms (probe)", probe: true })
  expect(lineOf({ probe: true, cut: "client" }).line).toBe("GET /a/b 200 12ms (probe) (cut by the client)")
  expect(isProbe(["accept", "*/*", "User-Agent", "alien-probe"])).toBe(true)
  expect(isProbe(["user-agent", "curl", "x-agent", "alien-probe"])).toBe(false)
})
