import { once } from "node:events"
import type { ClientHttp2Stream } from "node:http2"
import { expect, test } from "vitest"
import { block, MIB } from "../testing/bodies.ts"
import { openTestGateway } from "../testing/test-gateway.ts"

const SLOW_BODY = { bodyWindowMs: 100, paceCheckMs: 10 }
const SLOW_READER = { readerTimeoutMs: 300, paceCheckMs: 10 }
const POST = "POST / HTTP/1.1\r\nhost: api.shop.localhost\r\ncontent-length: 100\r\n\r\nonly so much"

test("a body that stops coming over HTTP/1.1 is answered with 408 and its connection closed: the app's request ends", async () => {
  await using gateway = await openTestGateway(SLOW_BODY)
  const ended = Promise.withResolvers<void>()
  const host = await gateway.app((request, response) => {
    if (request.method === "GET") response.end("quick")
    else request.on("error", () => {}).once("close", ended.resolve)
  })
  const slow = await gateway.tls(host)
  slow.setEncoding("latin1").write(POST)
  const answer = slow.toArray()
  expect((await gateway.get(host)).body).toBe("quick")
  expect((await answer).join("")).toMatch(/^HTTP\/1.1 408 .*connection: close.*client_too_slow/is)
  await ended.promise
  expect(gateway.running.status().inFlight).toEqual({})
})

test("a body that stops coming over HTTP/2 is answered with 408: other streams of the connection go on", async () => {
  await using gateway = await openTestGateway(SLOW_BODY)
  const host = await gateway.app((request, response) => {
    if (request.method === "GET") response.end("quick")
    request.on("error", () => {})
  })
  const session = await gateway.http2(host)
  const slow = session.request({ ":method": "POST" })
  slow.on("error", () => {}).write("only so much")
  const [headers] = await once(slow, "response")
  expect(headers).toMatchObject({ ":status": 408, "x-alien-gateway": "client_too_slow" })
  await once(slow.resume(), "close")
  const next = session.request({ ":path": "/" }).setEncoding("utf8") as ClientHttp2Stream
  expect((await next.toArray()).join("")).toBe("quick")
})

test("once the app answers, a body may come as slowly as it likes", async () => {
  let now = 0
  await using gateway = await openTestGateway({ paceCheckMs: 10 }, { now: () => now })
  const host = await gateway.app(async (request, response) => {
    response.writeHead(200).flushHeaders()
    for await (const chunk of request) response.write(chunk)
    response.end()
  })
  const request = gateway.request(host, "/", { method: "POST" })
  request.flushHeaders()
  const [response] = await once(request, "response")
  response.setEncoding("utf8")
  for (let hour = 1; hour <= 5; hour++) {
    now += 3_600_000
    request.write(`${hour}`)
    expect(await once(response, "data")).toEqual([`${hour}`])
  }
  request.end()
  expect(await response.toArray()).toEqual([])
})

test("a client that takes nothing of a long answer over HTTP/1.1 is cut off: the app is let go", async () => {
  await using gateway = await openTestGateway(SLOW_READER)
  const ended = Promise.withResolvers<void>()
  const host = await gateway.app(async (request, response) => {
    if (request.url === "/quick") {
      response.end("quick")
      return
    }
    response.once("close", ended.resolve)
    while (!response.destroyed) if (!response.write(block)) await once(response, "drain").catch(() => {})
  })
  const request = gateway.request(host).on("error", () => {})
  request.end()
  const [response] = await once(request, "response")
  response.on("error", () => {}).pause()
  expect((await gateway.get(host, "/quick")).body).toBe("quick")
  await ended.promise
  expect(gateway.running.status().inFlight).toEqual({})
})

test.each([10, MIB])(
  "a client of HTTP/2 that opens no window for %i bytes is cut off: other streams of the connection go on",
  async (size) => {
    await using gateway = await openTestGateway(SLOW_READER)
    const host = await gateway.app((request, response) =>
      response.end(Buffer.alloc(request.url === "/quick" ? 0 : size)),
    )
    const session = await gateway.http2(host, { initialWindowSize: 0 })
    const stuck = session.request({ ":path": "/" })
    await once(stuck, "error")
    expect(stuck.rstCode).not.toBe(0)
    const next = session.request({ ":path": "/quick" })
    const [headers] = await once(next, "response")
    expect(headers[":status"]).toBe(200)
  },
)
