import { once } from "node:events"
import { expect, test } from "vitest"
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts"

/** Everything that comes back on a new connection for the text. */
async function send(gateway: TestGateway, host: string, text: string): Promise<string> {
  const socket = await gateway.tls(host)
  socket.on("error", () => {})
  socket.setEncoding("latin1").write(text)
  return (await socket.toArray()).join("")
}

const HEAD = "POST / HTTP/1.1\r\nhost: api.shop.localhost\r\n"

test.each([
  ["two hosts", "GET / HTTP/1.1\r\nhost: api.shop.localhost\r\nhost: api.shop.localhost\r\n\r\n"],
  ["no host", "GET / HTTP/1.1\r\n\r\n"],
  ["a target that is no path", "OPTIONS * HTTP/1.1\r\nhost: api.shop.localhost\r\n\r\n"],
  ["length and chunks", `${HEAD}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
  ["chunks and length", `${HEAD}transfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n0\r\n\r\n`],
  ["two lengths", `${HEAD}content-length: 3\r\ncontent-length: 4\r\n\r\nabcd`],
  ["the same length twice", `${HEAD}content-length: 3\r\ncontent-length: 3\r\n\r\nabc`],
  ["a list of lengths", `${HEAD}content-length: 3, 3\r\n\r\nabc`],
  ["a signed length", `${HEAD}content-length: +3\r\n\r\nabc`],
  ["chunks that are not last", `${HEAD}transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n`],
  ["a space before the colon", `${HEAD}content-length : 3\r\n\r\nabc`],
  ["a folded header", `${HEAD}x-a: 1\r\n content-length: 3\r\n\r\nabc`],
  ["a bare line feed", `${HEAD}x-a: 1\ncontent-length: 3\r\n\r\nabc`],
  ["no HTTP", "nonsense\r\n\r\n"],
])("a request with %s is refused and its connection closed: no app sees it", async (_what, text) => {
  await using gateway = await openTestGateway()
  let seen = 0
  const host = await gateway.app((_request, response) => {
    seen++
    response.end()
  })
  const answer = await send(gateway, host, text)
  expect(answer).toMatch(/^HTTP\/1.1 400 .*connection: close/is)
  expect(answer).toContain("x-alien-gateway: request_invalid")
  expect(answer.match(/HTTP\/1.1/g)).toHaveLength(1)
  expect(seen).toBe(0)
})

test("headers that are far too large are answered with 431, however much of them is still on its way", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((_request, response) => response.end())
  const answer = await send(gateway, host, `${HEAD}x-a: ${"a".repeat(2 ** 20)}\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1.1 431 .*x-alien-gateway: headers_too_large/is)
})

test("a target in absolute form wins over Host", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((request, response) => response.end(`${request.headers.host} ${request.url}`))
  const text = "GET https://api.shop.localhost/x HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n"
  expect(await send(gateway, host, text)).toMatch(/^HTTP\/1.1 200 .*api.shop.localhost \/x/s)
})

test("chunks that are broken end the request: the app never takes it for whole", async () => {
  await using gateway = await openTestGateway()
  const aborted = Promise.withResolvers<boolean>()
  const host = await gateway.app((request) => {
    request.on("error", () => {}).once("close", () => aborted.resolve(!request.complete))
    request.resume()
  })
  const answer = await send(gateway, host, `${HEAD}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n`)
  expect(answer).toMatch(/^HTTP\/1.1 400 /)
  expect(await aborted.promise).toBe(true)
})

test("a broken request behind one that is not answered yet closes the connection: no answer is taken for another's", async () => {
  await using gateway = await openTestGateway()
  const held = Promise.withResolvers<void>()
  const host = await gateway.app(() => held.resolve())
  const socket = await gateway.tls(host)
  socket.setEncoding("latin1").write("GET / HTTP/1.1\r\nhost: api.shop.localhost\r\n\r\n")
  await held.promise
  socket.write("GET /2 HTTP/1.1\r\nhost: api.shop.localhost\r\n\r\nnonsense\r\n\r\n")
  expect((await socket.toArray().catch(() => [])).join("")).toBe("")
})

test("headers that come too slowly are answered with 408, and others are served meanwhile", async () => {
  await using gateway = await openTestGateway({ headersTimeoutMs: 100, headersCheckMs: 20 })
  const host = await gateway.app((_request, response) => response.end("quick"))
  const slow = send(gateway, host, "GET / HTTP/1.1\r\nhost: ")
  expect((await gateway.get(host)).body).toBe("quick")
  expect(await slow).toMatch(/^HTTP\/1.1 408 .*x-alien-gateway: client_too_slow/is)
})

test("headers over 32 KiB are answered with 431", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((_request, response) => response.end())
  const headers = { "x-big": "x".repeat(40 * 1024) }
  expect(await gateway.get(host, "/", { headers })).toMatchObject({
    status: 431,
    headers: { "x-alien-gateway": "headers_too_large", connection: "close" },
  })
  const stream = (await gateway.http2(host)).request(headers)
  const [answer] = await once(stream, "response")
  expect(answer[":status"]).toBe(431)
  stream.destroy()
})

test("more headers than are taken are answered with 431, over HTTP/1.1 and 2", async () => {
  await using gateway = await openTestGateway({ maxHeaders: 20 })
  const host = await gateway.app((_request, response) => response.end())
  const headers = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`x-${index}`, "1"]))
  const refused = { status: 431, headers: { "x-alien-gateway": "headers_too_large" } }
  expect(await gateway.get(host, "/", { headers })).toMatchObject(refused)
  expect(await gateway.get2(host, "/", { headers })).toMatchObject(refused)
  const upgrade = { ...headers, connection: "upgrade", upgrade: "websocket" }
  expect(await gateway.get(host, "/", { headers: upgrade })).toMatchObject(refused)
})

test("an expectation that is not 100-continue is answered with 417, over HTTP/1.1 and 2", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((_request, response) => response.end())
  const refused = { status: 417, headers: { "x-alien-gateway": "expectation_not_supported" } }
  expect(await gateway.get(host, "/", { headers: { expect: "200-ok" } })).toMatchObject(refused)
  expect(await gateway.get2(host, "/", { headers: { expect: "200-ok" } })).toMatchObject(refused)
})
