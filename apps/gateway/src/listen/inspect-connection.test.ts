import { once } from "node:events"
import { type AddressInfo, connect, createServer } from "node:net"
import { connect as connectTls } from "node:tls"
import { expect, test, vi } from "vitest"
import { Connections } from "../connections/connections.ts"
import type { GatewayState } from "../gateway-state.ts"
import { DEFAULT_LIMITS } from "../limits.ts"
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts"
import { inspectConnection } from "./inspect-connection.ts"

async function plain(gateway: TestGateway, text: string): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port: gateway.running.port })
  socket.setEncoding("latin1").write(text)
  return (await socket.toArray()).join("")
}

test("a name without a route fails with the alert unrecognized_name: it is no reset", async () => {
  await using gateway = await openTestGateway()
  await gateway.app((_request, response) => response.end())
  for (const name of ["other.localhost", "api.other.localhost"])
    await expect(gateway.get(name)).rejects.toThrow(/alert number 112|unrecognized name/)
})

test("a name without a route, but with a wildcard that covers it, gets the 404 page over verified TLS", async () => {
  await using gateway = await openTestGateway()
  const port = await gateway.upstream((_request, response) => response.end("ok"))
  const { chain, key, sha256 } = await gateway.authority.issue("*.corp.example")
  await gateway.writeFile("wild.crt", chain)
  await gateway.writeFile("wild.key", key)
  const certificate = { chainFile: "wild.crt", keyFile: "wild.key", sha256 }
  await gateway.serve(await gateway.route("a.corp.example", [port], { certificate }))
  const unknown = { status: 404, headers: { "x-alien-gateway": "route_unknown" } }
  expect(await gateway.get("b.corp.example")).toMatchObject(unknown)
  expect(await gateway.get2("b.corp.example")).toMatchObject(unknown)
  await expect(gateway.get("corp.example")).rejects.toThrow(/unrecognized name/)
})

test("a ClientHello in pieces is understood", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((_request, response) => response.end("ok"))
  const through = await gateway.tcpUpstream((socket) => {
    const onward = connect({ host: "127.0.0.1", port: gateway.running.port, noDelay: true })
    onward.on("error", () => socket.destroy()).pipe(socket)
    let rest = 40
    socket.on("data", async (chunk) => {
      socket.pause()
      for (; rest > 0 && chunk.length > 1; rest--) {
        onward.write(chunk.subarray(0, 1))
        chunk = chunk.subarray(1)
        await new Promise(setImmediate)
      }
      onward.write(chunk)
      socket.resume()
    })
  })
  expect(await gateway.get(host, "/", { agent: false, port: through })).toMatchObject({ status: 200, body: "ok" })
})

test("a browser that came without https is sent there, to the host and port that it used", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((_request, response) => response.end())
  for (const port of ["", ":9000", `:${gateway.running.port}`]) {
    const answer = await plain(gateway, `GET /a?b=c HTTP/1.1\r\nHost: ${host}${port}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 308 /)
    expect(answer).toContain(`location: https://${host}${port}/a?b=c\r\n`)
    expect(answer).toContain("x-alien-gateway: https_required\r\n")
    expect(answer).toContain(`Use https://${host}${port}/a?b=c`)
  }
  expect(await plain(gateway, "GET / HTTP/1.1\r\nHost: other.localhost:9000\r\n\r\n")).toContain(
    "location: https://other.localhost:9000/\r\n",
  )
})

test.each([
  ["a POST", "POST / HTTP/1.1\r\nhost: api.shop.localhost\r\ncontent-length: 0\r\n\r\n"],
  ["an unknown host", "GET / HTTP/1.1\r\nhost: evil.example\r\n\r\n"],
  ["a target that is no path", "GET //evil HTTP/9\r\nhost: api.shop.localhost\r\n\r\n"],
])("%s in plain HTTP is told to use https, and sent nowhere", async (_what, text) => {
  await using gateway = await openTestGateway()
  await gateway.app((_request, response) => response.end())
  const answer = await plain(gateway, text)
  expect(answer).toMatch(/^HTTP\/1.1 400 .*x-alien-gateway: https_required/s)
  expect(answer).not.toContain("location")
})

test("what is neither TLS nor HTTP is closed, and others are still served", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((_request, response) => response.end("ok"))
  expect(await plain(gateway, "\x00\x01 who is there")).toBe("")
  expect((await gateway.get(host)).body).toBe("ok")
})

test("a client that says nothing is closed after the limit, and others are served meanwhile", async () => {
  await using gateway = await openTestGateway({ handshakeTimeoutMs: 100 })
  const host = await gateway.app((_request, response) => response.end("ok"))
  const silent = connect({ host: "127.0.0.1", port: gateway.running.port })
  const dripping = connect({ host: "127.0.0.1", port: gateway.running.port })
  dripping.write(Buffer.from([22, 3]))
  const closed = Promise.all([silent, dripping].map((socket) => once(socket.on("error", () => {}).resume(), "close")))
  expect((await gateway.get(host)).body).toBe("ok")
  await closed
})

test("a connection that comes before the first table was read waits for it", async () => {
  const ready = Promise.withResolvers<void>()
  const entered = vi.fn()
  const state = {
    ...{ ready: ready.promise, limits: DEFAULT_LIMITS, connections: new Connections(DEFAULT_LIMITS) },
    routing: { secureContext: () => ({}) },
  } as unknown as GatewayState
  await using server = createServer(inspectConnection(state, entered)).listen(0, "127.0.0.1")
  await once(server, "listening")
  const client = connectTls({ port: (server.address() as AddressInfo).port, servername: "api.shop.localhost" })
  client.on("error", () => {})
  const [socket] = await once(server, "connection")
  await once(socket, "pause")
  expect(entered).not.toHaveBeenCalled()
  ready.resolve()
  await vi.waitUntil(() => entered.mock.calls.length === 1)
  expect(entered.mock.calls[0]?.[0].read()?.[0]).toBe(22)
  client.destroy()
  socket.destroy()
})
