import { once } from "node:events"
import { connect as connectTcp } from "node:net"
import { expect, test } from "vitest"
import { openWorld } from "./testing/world.ts"

const HOST = "api.shop.localhost"

test("a host without a route is answered with 404 over a connection for another host", async () => {
  await using world = await openWorld()
  const host = await world.app((_request, response) => response.end())
  const answer = await world.get(host, "/", { headers: { host: "other.localhost" } })
  expect(answer).toMatchObject({ status: 404, headers: { "x-alien-gateway": "route_unknown" } })
  expect(JSON.parse(answer.body)).toMatchObject({
    code: "route_unknown",
    message: "no endpoint of this machine is served at other.localhost",
  })
})

test("a name without a route gets no TLS connection: it has no certificate", async () => {
  await using world = await openWorld()
  await world.app((_request, response) => response.end())
  await expect(world.get("other.localhost")).rejects.toMatchObject({
    code: expect.stringMatching(/ECONNRESET|ERR_SSL/),
  })
})

test("a host of another certificate is misdirected: it is answered with 421", async () => {
  await using world = await openWorld()
  const port = await world.upstream((_request, response) => response.end("ok"))
  await world.serve(await world.route(HOST, [port]), await world.route("web.shop.localhost", [port]))
  const answer = await world.get(HOST, "/", { headers: { host: "web.shop.localhost" } })
  expect(answer).toMatchObject({ status: 421, headers: { "x-alien-gateway": "misdirected_request" } })
})

test("a host that the connection's certificate covers is served: clients of HTTP/2 share connections", async () => {
  await using world = await openWorld()
  const port = await world.upstream((request, response) => response.end(request.headers.host))
  const { chain, key, sha256 } = await world.authority.issue("*.corp.example")
  await world.writeFile("wild.crt", chain)
  await world.writeFile("wild.key", key)
  const certificate = { chainFile: "wild.crt", keyFile: "wild.key", sha256 }
  await world.serve(
    await world.route("a.corp.example", [port], { certificate }),
    await world.route("b.corp.example", [port], { certificate }),
  )
  const session = await world.http2("a.corp.example")
  const stream = session.request({ ":authority": "b.corp.example" })
  stream.setEncoding("utf8")
  expect((await stream.toArray()).join("")).toBe("b.corp.example")
})

test("a port that nobody listens on is answered with 502 and says whose it is", async () => {
  await using world = await openWorld()
  await world.serve(await world.route(HOST, [await world.freePort()]))
  const answer = await world.get(HOST)
  expect(answer).toMatchObject({ status: 502, headers: { "x-alien-gateway": "upstream_unreachable" } })
  expect(JSON.parse(answer.body)).toMatchObject({
    code: "upstream_unreachable",
    message: expect.stringContaining("endpoint web of api in deployment shop did not answer on port"),
    hint: "Run: alien info shop",
  })
})

test("the same for a browser is a page: it escapes what it shows", async () => {
  await using world = await openWorld()
  await world.serve(await world.route(HOST, [await world.freePort()], { resource: "<api>" }))
  const answer = await world.get(HOST, "/", { headers: { accept: "text/html,*/*" } })
  expect(answer).toMatchObject({ status: 502, headers: { "content-type": "text/html; charset=utf-8" } })
  expect(answer.body).toContain("alien info shop")
  expect(answer.body).not.toContain("<api>")
})

test("a POST with a body goes to the next upstream when the first refuses the connection: it was never sent", async () => {
  await using world = await openWorld()
  const alive = await world.upstream((request, response) => void request.pipe(response))
  await world.serve(await world.route(HOST, [await world.freePort(), alive]))
  for (const body of ["one", "two", "three"])
    expect(await world.get(HOST, "/", { method: "POST", body })).toMatchObject({ status: 200, body })
})

test("a POST whose connection is lost is not repeated: it is answered with 502", async () => {
  await using world = await openWorld()
  let calls = 0
  const host = await world.app((request) => {
    calls++
    request.socket.destroy()
  })
  expect(await world.get(host, "/", { method: "POST", body: "once" })).toMatchObject({ status: 502 })
  expect(calls).toBe(1)
})

test("a route without upstreams is answered with 503", async () => {
  await using world = await openWorld()
  await world.serve(await world.route(HOST, []))
  expect(await world.get(HOST)).toMatchObject({
    status: 503,
    headers: { "x-alien-gateway": "no_upstream", "retry-after": "1" },
  })
})

test("an app without response headers in time is answered with 504, one with a slow body is not", async () => {
  await using world = await openWorld()
  const opened = Promise.withResolvers<() => void>()
  const host = await world.app(
    (request, response) => {
      if (request.url !== "/body") return
      response.writeHead(200).flushHeaders()
      opened.resolve(() => response.end("late"))
    },
    { timeoutSeconds: 1 },
  )
  const slow = world.get(host, "/body")
  const finish = await opened.promise
  // Asked later, so that the other has been without a body for longer when this one runs out of time.
  expect(await world.get(host)).toMatchObject({ status: 504, headers: { "x-alien-gateway": "upstream_timeout" } })
  finish()
  expect(await slow).toMatchObject({ status: 200, body: "late" })
})

test("requests beyond the concurrency limit are answered with 503 until one ends", async () => {
  await using world = await openWorld()
  const held = Promise.withResolvers<() => void>()
  const host = await world.app(
    (request, response) => {
      if (request.url === "/held") held.resolve(() => response.end("held"))
      else response.end("free")
    },
    { concurrencyLimit: 1 },
  )
  const first = world.get(host, "/held")
  const release = await held.promise
  expect(await world.get(host)).toMatchObject({
    status: 503,
    headers: { "x-alien-gateway": "concurrency_limit", "retry-after": "1" },
  })
  release()
  expect(await first).toMatchObject({ body: "held" })
  expect(await world.get(host)).toMatchObject({ status: 200, body: "free" })
})

test("upstreams take turns", async () => {
  await using world = await openWorld()
  const ports = await Promise.all(
    ["a", "b", "c"].map((name) => world.upstream((_request, response) => response.end(name))),
  )
  await world.serve(await world.route(HOST, ports))
  let seen = ""
  for (let count = 0; count < 6; count++) seen += (await world.get(HOST)).body
  expect(seen).toBe("abcabc")
})

test("headers that come too slowly are answered with 408", async () => {
  await using world = await openWorld({ headersTimeout: 100, headersCheck: 20 })
  const host = await world.app((_request, response) => response.end())
  const socket = await world.tls(host)
  socket.setEncoding("utf8").write("GET / HTTP/1.1\r\nhost: ")
  expect((await socket.toArray()).join("")).toMatch(/^HTTP\/1.1 408 /)
})

test("headers over 32 KiB are answered with 431", async () => {
  await using world = await openWorld()
  const host = await world.app((_request, response) => response.end())
  const headers = { "x-big": "x".repeat(40 * 1024) }
  expect(await world.get(host, "/", { headers })).toMatchObject({ status: 431 })
  const stream = (await world.http2(host)).request(headers)
  const [answer] = await once(stream, "response")
  expect(answer[":status"]).toBe(431)
  stream.destroy()
})

test.each([
  ["two hosts", "GET / HTTP/1.1\r\nhost: api.shop.localhost\r\nhost: api.shop.localhost\r\n\r\n", 400],
  ["no host", "GET / HTTP/1.1\r\n\r\n", 400],
  ["a target that is no path", "OPTIONS * HTTP/1.1\r\nhost: api.shop.localhost\r\nconnection: close\r\n\r\n", 400],
  [
    "length and chunks",
    "POST / HTTP/1.1\r\nhost: api.shop.localhost\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    400,
  ],
  [
    "an absolute target",
    "GET https://api.shop.localhost/x HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n",
    200,
  ],
])("a request with %s is answered: it never reaches the wrong app", async (_what, text, status) => {
  await using world = await openWorld()
  const host = await world.app((request, response) => response.end(`${request.headers.host} ${request.url}`))
  const socket = await world.tls(host)
  socket.setEncoding("utf8").write(text)
  const answer = (await socket.toArray()).join("")
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  if (status === 200) expect(answer).toContain("api.shop.localhost /x")
})

test("WebSocket over HTTP/2 is refused with 501", async () => {
  await using world = await openWorld()
  const host = await world.app((_request, response) => response.end())
  const stream = (await world.http2(host)).request({ ":method": "CONNECT", ":authority": host })
  const [headers] = await once(stream, "response")
  expect(headers).toMatchObject({ ":status": 501, "x-alien-gateway": "connect_not_supported" })
  stream.destroy()
})

test("plain HTTP on the TLS port is closed, others are still served", async () => {
  await using world = await openWorld()
  const host = await world.app((_request, response) => response.end("ok"))
  const socket = connectTcp(world.gateway.port, "127.0.0.1")
  socket.on("error", () => {})
  socket.write("GET / HTTP/1.1\r\nhost: api.shop.localhost\r\n\r\n")
  await once(socket, "close")
  expect((await world.get(host)).body).toBe("ok")
})
