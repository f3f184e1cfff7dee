import { once } from "node:events"
import { access, chmod, mkdir, readdir } from "node:fs/promises"
import { createServer, type IncomingMessage } from "node:http"
import { join } from "node:path"
import type { Duplex } from "node:stream"
import { expect, test } from "vitest"
import { linesOf, untilLines } from "../../testing/access-lines.ts"
import { openTestGateway } from "../../testing/test-gateway.ts"

const HOST = "api.shop.localhost"

test("every request of an endpoint has a line in the log of its resource, over both versions of HTTP", async () => {
  await using gateway = await openTestGateway({}, { logs: true })
  const port = await gateway.upstream(async (request, response) => {
    for await (const _ of request);
    response.writeHead(201).end("made")
  })
  await gateway.serve(await gateway.route(HOST, [port], { deployment: "dep_a", resource: "Api" }))
  await gateway.get(HOST, "/orders?token=secret", { method: "POST", body: "12345" })
  await gateway.get2(HOST, "/two")
  const lines = await untilLines(gateway, "api", 2)
  const both = { stream: "access", endpoint: "web", status: 201, responseBytes: 4, upstream: port }
  expect(lines).toMatchObject([
    { ...both, method: "POST", path: "/orders", requestBytes: 5, protocol: "HTTP/1.1" },
    { ...both, method: "GET", path: "/two", requestBytes: 0, protocol: "HTTP/2" },
  ])
  expect(lines[0]?.line).toMatch(/^POST \/orders 201 \d+ms$/)
})

test("refusals, cut answers, clients that left, upgrades and TCP connections have one too", async () => {
  await using gateway = await openTestGateway({}, { logs: true })
  const arrived = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    if (request.url === "/cut") response.writeHead(200).write("half", () => response.destroy())
    else arrived.resolve()
  })
  server.on("upgrade", (_request, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n")
    socket.pipe(socket)
  })
  const port = await gateway.upstream(server)
  const named = { deployment: "dep_a" }
  const tcp = await gateway.freePort()
  await gateway.serveTable({
    routes: [
      await gateway.route(HOST, [port], named),
      await gateway.route("none.localhost", [], { ...named, resource: "none" }),
      await gateway.route("dead.localhost", [await gateway.freePort()], { ...named, resource: "dead" }),
    ],
    ports: [gateway.tcpPort(tcp, [await gateway.tcpUpstream((socket) => socket.pipe(socket))], named)],
  })

  await gateway.get("none.localhost", "/n")
  expect(await untilLines(gateway, "none", 1)).toMatchObject([{ path: "/n", status: 503 }])
  await gateway.get2("dead.localhost", "/d")
  expect(await untilLines(gateway, "dead", 1)).toMatchObject([{ path: "/d", status: 502, protocol: "HTTP/2" }])

  await expect(gateway.get(HOST, "/cut")).rejects.toThrow()
  expect(await untilLines(gateway, "api", 1)).toMatchObject([{ status: 200, cut: "upstream", responseBytes: 4 }])
  const leaving = gateway.request(HOST, "/left").on("error", () => {})
  leaving.end()
  await arrived.promise
  leaving.destroy()
  expect((await untilLines(gateway, "api", 2))[1]).toMatchObject({ path: "/left", status: 499, cut: "client" })

  const upgrade = gateway.request(HOST, "/ws", { headers: { connection: "Upgrade", upgrade: "websocket" } }).end()
  const [, socket] = (await once(upgrade, "upgrade")) as [unknown, Duplex]
  socket.write("12345")
  await once(socket, "data")
  socket.end()
  const upgraded = { path: "/ws", status: 101, protocol: "websocket", requestBytes: 5, responseBytes: 5 }
  expect((await untilLines(gateway, "api", 3))[2]).toMatchObject(upgraded)

  const client = await gateway.tcp(tcp)
  client.end("123")
  await client.toArray()
  expect(await untilLines(gateway, "db", 1)).toMatchObject([
    { protocol: "tcp", requestBytes: 3, responseBytes: 3, line: expect.stringMatching(/^tcp \d+ms$/) },
  ])
})

test("no log is kept where none is wanted, and none for a name that is no name of a file", async () => {
  await using gateway = await openTestGateway({}, { logs: true })
  const port = await gateway.upstream((_request, response) => response.end())
  await gateway.serve(await gateway.route(HOST, [port], { deployment: "..", resource: "../../x" }))
  expect(await gateway.get(HOST)).toMatchObject({ status: 200 })
  await gateway.running.close()
  await expect(access(join(gateway.directory, "logs"))).rejects.toMatchObject({ code: "ENOENT" })
  await using without = await openTestGateway()
  await without.app((_request, response) => response.end())
  await without.get(HOST)
  await without.running.close()
  expect((await readdir(without.directory)).filter((name) => !/\.(crt|key|json)$/.test(name))).toEqual([])
})

test("a directory that cannot be written to costs the lines alone: it still serves", async () => {
  await using gateway = await openTestGateway({}, { logs: true })
  const logs = join(gateway.directory, "logs")
  await mkdir(logs, { mode: 0o500 })
  const host = await gateway.app((_request, response) => response.end("ok"), { deployment: "dep_a" })
  for (let count = 0; count < 5; count++) expect((await gateway.get(host)).body).toBe("ok")
  await chmod(logs, 0o700)
})

test("what was served before the gateway stopped is in the log", async () => {
  await using gateway = await openTestGateway({}, { logs: true })
  const host = await gateway.app((_request, response) => response.end("ok"), { deployment: "dep_a" })
  await gateway.get(host)
  await gateway.running.close()
  expect(await linesOf(gateway, "api")).toHaveLength(1)
})

test("probes are marked, as refusals, upgrades and TCP connections too, and one that says what the one before it said has no line", async () => {
  await using gateway = await openTestGateway({}, { logs: true })
  let status = 200
  const server = createServer((_request, response) => response.writeHead(status).end())
  server.on("upgrade", (_request, socket) => socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"))
  const port = await gateway.upstream(server)
  const named = { deployment: "dep_a" }
  const tcp = await gateway.freePort()
  await gateway.serveTable({
    routes: [
      await gateway.route(HOST, [port], named),
      await gateway.route("none.localhost", [], { ...named, resource: "none" }),
    ],
    ports: [gateway.tcpPort(tcp, [await gateway.tcpUpstream((socket) => socket.pipe(socket))], named)],
  })
  const headers = { "user-agent": "alien-probe" }
  for (const next of [200, 200, 500, 500, 200]) {
    status = next
    await gateway.get(HOST, "/health", { headers })
  }
  await gateway.get(HOST, "/other", { headers })
  await gateway.get(HOST, "/other")
  const upgrade = gateway.request(HOST, "/ws", { headers: { ...headers, connection: "Upgrade", upgrade: "websocket" } })
  upgrade.end()
  const [answer] = (await once(upgrade, "response")) as [IncomingMessage]
  answer.resume()
  const shown = (await untilLines(gateway, "api", 6)).map(({ path, status, probe }) => [path, status, probe])
  expect(shown).toEqual([
    ["/health", 200, true],
    ["/health", 500, true],
    ["/health", 200, true],
    ["/other", 200, true],
    ["/other", 200, undefined],
    ["/ws", 403, true],
  ])
  for (const ask of [gateway.get, gateway.get2]) {
    await ask.call(gateway, "none.localhost", "/n", { headers })
    await ask.call(gateway, "none.localhost", "/n", { headers })
  }
  expect((await untilLines(gateway, "none", 2)).map(({ probe }) => probe)).toEqual([true, true])
  for (const said of ["", "", "hello"]) {
    const client = await gateway.tcp(tcp)
    client.end(said)
    await client.toArray()
  }
  expect((await untilLines(gateway, "db", 2)).map(({ probe }) => probe)).toEqual([true, undefined])
})
