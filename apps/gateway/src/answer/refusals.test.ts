import { once } from "node:events"
import { expect, test } from "vitest"
import { openTestGateway } from "../testing/test-gateway.ts"

const HOST = "api.shop.localhost"

test("a host without a route is answered with 404 over a connection for another host", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((_request, response) => response.end())
  const answer = await gateway.get(host, "/", { headers: { host: "other.localhost" } })
  expect(answer).toMatchObject({ status: 404, headers: { "x-alien-gateway": "route_unknown" } })
  expect(JSON.parse(answer.body)).toMatchObject({
    code: "route_unknown",
    message: "no endpoint of this machine is served at other.localhost",
  })
})

test("a host of another certificate is misdirected: it is answered with 421", async () => {
  await using gateway = await openTestGateway()
  const port = await gateway.upstream((_request, response) => response.end("ok"))
  await gateway.serve(await gateway.route(HOST, [port]), await gateway.route("web.shop.localhost", [port]))
  const answer = await gateway.get(HOST, "/", { headers: { host: "web.shop.localhost" } })
  expect(answer).toMatchObject({ status: 421, headers: { "x-alien-gateway": "misdirected_request" } })
})

test("a host that the connection's certificate covers is served: clients of HTTP/2 share connections", async () => {
  await using gateway = await openTestGateway()
  const port = await gateway.upstream((request, response) => response.end(request.headers.host))
  const { chain, key, sha256 } = await gateway.authority.issue("*.corp.example")
  await gateway.writeFile("wild.crt", chain)
  await gateway.writeFile("wild.key", key)
  const certificate = { chainFile: "wild.crt", keyFile: "wild.key", sha256 }
  await gateway.serve(
    await gateway.route("a.corp.example", [port], { certificate }),
    await gateway.route("b.corp.example", [port], { certificate }),
  )
  const session = await gateway.http2("a.corp.example")
  const stream = session.request({ ":authority": "b.corp.example" })
  stream.setEncoding("utf8")
  expect((await stream.toArray()).join("")).toBe("b.corp.example")
})

test("a port that nobody listens on is answered with 502 and says whose it is", async () => {
  await using gateway = await openTestGateway()
  await gateway.serve(await gateway.route(HOST, [await gateway.freePort()]))
  const answer = await gateway.get(HOST)
  expect(answer).toMatchObject({ status: 502, headers: { "x-alien-gateway": "upstream_unreachable" } })
  expect(JSON.parse(answer.body)).toMatchObject({
    code: "upstream_unreachable",
    message: expect.stringContaining("endpoint web of api in deployment shop did not answer on port"),
    retryable: true,
    context: {
      ...{ host: HOST, deployment: "shop", resource: "api", endpoint: "web" },
      tried: expect.stringMatching(/^port \d+ \(nothing listens there\)$/),
      run: ["alien info shop", "alien logs shop api"],
    },
  })
})

test("a route without upstreams is answered with 503", async () => {
  await using gateway = await openTestGateway()
  await gateway.serve(await gateway.route(HOST, []))
  expect(await gateway.get(HOST)).toMatchObject({
    status: 503,
    headers: { "x-alien-gateway": "no_upstream", "retry-after": "1" },
  })
})

test("an app without response headers in time is answered with 504, one with a slow body is not", async () => {
  await using gateway = await openTestGateway()
  const opened = Promise.withResolvers<() => void>()
  const host = await gateway.app(
    (request, response) => {
      if (request.url !== "/body") return
      response.writeHead(200).flushHeaders()
      opened.resolve(() => response.end("late"))
    },
    { timeoutSeconds: 1 },
  )
  const slow = gateway.get(host, "/body")
  const finish = await opened.promise
  // Asked later, so that the other has been without a body for longer when this one runs out of time.
  expect(await gateway.get(host)).toMatchObject({ status: 504, headers: { "x-alien-gateway": "upstream_timeout" } })
  finish()
  expect(await slow).toMatchObject({ status: 200, body: "late" })
})

test("requests beyond the concurrency limit are answered with 503 until one ends", async () => {
  await using gateway = await openTestGateway()
  const held = Promise.withResolvers<() => void>()
  const host = await gateway.app(
    (request, response) => {
      if (request.url === "/held") held.resolve(() => response.end("held"))
      else response.end("free")
    },
    { concurrencyLimit: 1 },
  )
  const first = gateway.get(host, "/held")
  const release = await held.promise
  expect(await gateway.get(host)).toMatchObject({
    status: 503,
    headers: { "x-alien-gateway": "concurrency_limit", "retry-after": "1" },
  })
  release()
  expect(await first).toMatchObject({ body: "held" })
  expect(await gateway.get(host)).toMatchObject({ status: 200, body: "free" })
})

test("WebSocket over HTTP/2 is refused with 501", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((_request, response) => response.end())
  const stream = (await gateway.http2(host)).request({ ":method": "CONNECT", ":authority": host })
  const [headers] = await once(stream, "response")
  expect(headers).toMatchObject({ ":status": 501, "x-alien-gateway": "connect_not_supported" })
  // Not offered either, so browsers open their WebSockets over HTTP/1.1.
  expect(stream.session?.remoteSettings.enableConnectProtocol).toBe(false)
  stream.destroy()
})
