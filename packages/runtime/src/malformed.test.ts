import { once } from "node:events"
import { connect, createServer, type Socket } from "node:net"
import { describe, expect, test } from "vitest"
import { MAX_HEADER_BYTES, MAX_HEADERS } from "./header-limits.ts"
import { Malformed } from "./malformed.ts"
import { get, serving } from "./serve.fixture.ts"

const echo = async (request: Request) => new Response(`${request.headers.get("cookie")?.length}`)
const several = (count: number) => Array.from({ length: count }, (_, index) => `x-${index}: 1`)

describe("a request that cannot be taken: it", () => {
  test("has headers just under the limit: it is taken", async () => {
    await using server = await serving(echo)
    expect(await server.raw(get("/", "Host: a", `Cookie: ${"a".repeat(39_000)}`))).toMatch(/^HTTP\/1\.1 200 .*39000$/s)
    expect(await server.raw(get("/", "Host: a", ...several(MAX_HEADERS - 2)))).toMatch(/^HTTP\/1\.1 200 /)
    expect(server.refused).toEqual([])
  })

  test.each([
    ["large", ["Host: a", `Cookie: ${"a".repeat(MAX_HEADER_BYTES)}`]],
    ["many", ["Host: a", ...several(MAX_HEADERS)]],
  ])("is answered 431 with a code, told, and closed when its headers are too %s", async (_what, headers) => {
    let calls = 0
    await using server = await serving(async () => new Response(`${++calls}`))
    const answer = await server.raw(get("/", ...headers))
    expect(answer).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n.*connection: close\r\n/is)
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({ code: "headers_too_large", retryable: false })
    expect(server.refused).toEqual(["431 headers_too_large"])
    expect(calls).toBe(0)
  })

  test.each([
    ["is no HTTP", "nonsense\r\n\r\n"],
    ["has two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
    ["has a host that is none", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"],
    ["has a method that the standard forbids", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"],
  ])("is answered 400 with a code, told, and closed when it %s", async (_what, text) => {
    await using server = await serving(echo)
    const answer = await server.raw(text)
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n.*connection: close\r\n/is)
    expect(answer).toContain('"code":"request_invalid"')
    expect(server.refused).toEqual(["400 request_invalid"])
  })

  test("cuts the connection in silence while another answer is under way on it", async () => {
    await using server = await serving(async () => new Response(new ReadableStream()))
    const answer = await server.raw("GET / HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\n")
    expect(answer.match(/HTTP\/1\.1 \d+/g) ?? []).not.toContain("HTTP/1.1 400")
    expect(server.refused).toEqual([])
  })

  test("is answered 408 when its headers do not come in time", async () => {
    const server = createServer((socket: Socket) => {
      const late = Object.assign(new Error("late"), { code: "ERR_HTTP_REQUEST_TIMEOUT" })
      const malformed = new Malformed()
      expect(malformed.answer(late, socket)).toMatchObject({ status: 408, code: "client_too_slow" })
      expect(malformed.answer(late, socket)).toBeUndefined()
    }).listen(0, "127.0.0.1")
    await once(server, "listening")
    const address = server.address()
    const client = connect(typeof address === "object" && address ? address.port : 0, "127.0.0.1")
    const answer = String(Buffer.concat(await client.toArray()))
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\nconnection: close\r\n.*"code":"client_too_slow"/s)
    server.close()
  })
})
