import { once } from "node:events"
import { createServer } from "node:http"
import type { Duplex } from "node:stream"
import { expect, test } from "vitest"
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts"

const HOST = "api.shop.localhost"
const WEBSOCKET = { connection: "Upgrade", upgrade: "websocket" }

/** An app that echoes after an upgrade to any protocol. */
async function echo(gateway: TestGateway, more: object = {}) {
  const server = createServer((_request, response) => response.end("plain"))
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => {})
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: x\r\nx-host: ${request.headers.host}\r\nx-proto: ${request.headers["x-forwarded-proto"]}\r\n\r\n`,
    )
    socket.write(head)
    socket.pipe(socket)
  })
  await gateway.serve(await gateway.route(HOST, [await gateway.upstream(server)], more))
}

async function upgrade(gateway: TestGateway): Promise<{ headers: NodeJS.Dict<string | string[]>; socket: Duplex }> {
  const request = gateway.request(HOST, "/socket", { headers: WEBSOCKET })
  request.end()
  const [response, socket] = await once(request, "upgrade")
  return { headers: response.headers, socket }
}

test("after an upgrade bytes pass both ways", async () => {
  await using gateway = await openTestGateway()
  await echo(gateway)
  const { headers, socket } = await upgrade(gateway)
  expect(headers).toMatchObject({
    connection: "upgrade",
    upgrade: "websocket",
    "sec-websocket-accept": "x",
    "x-host": `${HOST}:${gateway.running.port}`,
    "x-proto": "https",
  })
  socket.write("ping")
  expect(String(await once(socket, "data"))).toBe("ping")
  socket.end()
  await once(socket, "close")
})

test("what the client sends right behind its request is not lost", async () => {
  await using gateway = await openTestGateway()
  await echo(gateway)
  const socket = await gateway.tls(HOST)
  socket
    .setEncoding("utf8")
    .write(`GET / HTTP/1.1\r\nhost: ${HOST}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nearly`)
  let text = ""
  while (!text.endsWith("early")) text += await once(socket, "data")
  expect(text).toMatch(/^HTTP\/1.1 101 Switching Protocols\r\n/)
  socket.destroy()
})

test("an upgraded connection survives a change of the routes, and counts as a request under way", async () => {
  await using gateway = await openTestGateway()
  await echo(gateway, { concurrencyLimit: 1 })
  const { socket } = await upgrade(gateway)
  await gateway.serve(await gateway.route("other.localhost", []))
  socket.write("still here")
  expect(String(await once(socket, "data"))).toBe("still here")
  socket.destroy()
})

test("a client that goes away closes the app's side", async () => {
  await using gateway = await openTestGateway()
  const closed = Promise.withResolvers<void>()
  const server = createServer()
  server.on("upgrade", (_request, socket) => {
    socket.on("error", () => {})
    socket.once("end", closed.resolve).resume()
    socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n")
  })
  await gateway.serve(await gateway.route(HOST, [await gateway.upstream(server)]))
  const { socket } = await upgrade(gateway)
  socket.destroy()
  await closed.promise
})

test("an app that does not upgrade answers as usual", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((_request, response) => {
    response.writeHead(426, { "x-app": "1" }).end("no sockets here")
  })
  const answer = await gateway.get(host, "/", { headers: WEBSOCKET })
  expect(answer).toMatchObject({ status: 426, body: "no sockets here", headers: { "x-app": "1" } })
})

test("an upgrade to a port that nobody listens on is answered with 502", async () => {
  await using gateway = await openTestGateway()
  await gateway.serve(await gateway.route(HOST, [await gateway.freePort()]))
  expect(await gateway.get(HOST, "/", { headers: WEBSOCKET })).toMatchObject({
    status: 502,
    headers: { "x-alien-gateway": "upstream_unreachable" },
  })
})

test("an offer of h2c is an ordinary request", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((request, response) => response.end(`${request.headers.upgrade}`))
  const headers = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAMAAABkAAQAAP__" }
  expect(await gateway.get(host, "/", { headers })).toMatchObject({ status: 200, body: "undefined" })
})
