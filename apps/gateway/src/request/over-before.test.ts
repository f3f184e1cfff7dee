import { once } from "node:events"
import { expect, test, vi } from "vitest"
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts"

const HOST = "api.shop.localhost"
const UPGRADE = `GET / HTTP/1.1\r\nhost: ${HOST}\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n`
const SWITCHED = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n"

const idle = (gateway: TestGateway) => vi.waitUntil(() => Object.keys(gateway.running.status().inFlight).length === 0)

test("an upgraded connection that the app ends in the packet of its 101 is ended for the client, with all that was said", async () => {
  await using gateway = await openTestGateway()
  const port = await gateway.tcpUpstream((socket) => socket.once("data", () => socket.end(`${SWITCHED}bye`)))
  await gateway.serve(await gateway.route(HOST, [port]))
  const socket = await gateway.tls(HOST)
  socket.setEncoding("latin1").write(UPGRADE)
  expect((await socket.toArray()).join("")).toMatch(/\r\n\r\nbye$/)
  await idle(gateway)
})

test("an upgraded connection that the app resets in the turn of its 101 is closed for the client", async () => {
  await using gateway = await openTestGateway()
  const port = await gateway.tcpUpstream((socket) =>
    socket.once("data", () => socket.write(SWITCHED, () => socket.resetAndDestroy())),
  )
  await gateway.serve(await gateway.route(HOST, [port]))
  const socket = await gateway.tls(HOST)
  socket
    .on("error", () => {})
    .resume()
    .write(UPGRADE)
  await once(socket, "close")
  await idle(gateway)
})

test("a client that leaves before the app agrees to its upgrade leaves nothing behind", async () => {
  await using gateway = await openTestGateway()
  const asked = Promise.withResolvers<() => void>()
  const gone = Promise.withResolvers<unknown>()
  const port = await gateway.tcpUpstream((socket) => {
    socket.once("end", gone.resolve).once("close", gone.resolve).resume()
    socket.once("data", () => asked.resolve(() => socket.write(SWITCHED)))
  })
  await gateway.serve(await gateway.route(HOST, [port]))
  const socket = await gateway.tls(HOST)
  socket.write(UPGRADE)
  const agree = await asked.promise
  socket.destroy()
  agree()
  await gone.promise
  await idle(gateway)
})

test("what a TCP client says and ends before its upstream is connected arrives, and so does the answer", async () => {
  await using gateway = await openTestGateway()
  const upstream = await gateway.tcpUpstream(async (socket) => {
    const text = (await socket.setEncoding("utf8").toArray()).join("")
    socket.end(`heard ${text}`)
  })
  const dead = await gateway.freePort()
  const port = await gateway.freePort()
  await gateway.serveTable({ ports: [gateway.tcpPort(port, [dead, upstream])] })
  const socket = await gateway.tcp(port)
  socket.setEncoding("utf8").end("all of it")
  expect((await socket.toArray()).join("")).toBe("heard all of it")
  await idle(gateway)
})

test("a TCP upstream that says something and closes at once is heard", async () => {
  await using gateway = await openTestGateway()
  const upstream = await gateway.tcpUpstream((socket) => socket.end("banner"))
  const port = await gateway.freePort()
  await gateway.serveTable({ ports: [gateway.tcpPort(port, [upstream])] })
  const socket = await gateway.tcp(port)
  expect((await socket.setEncoding("utf8").toArray()).join("")).toBe("banner")
  socket.end()
  await idle(gateway)
})

test.each([
  ["a length", "content-length: 3\r\n\r\nok!"],
  ["chunks", "transfer-encoding: chunked\r\n\r\n3\r\nok!\r\n0\r\n\r\n"],
  ["the end of its connection", "connection: close\r\n\r\nok!"],
])("an answer with %s that is over with its connection in one packet is whole", async (_what, rest) => {
  await using gateway = await openTestGateway()
  const port = await gateway.tcpUpstream((socket) => socket.on("data", () => socket.end(`HTTP/1.1 200 OK\r\n${rest}`)))
  await gateway.serve(await gateway.route(HOST, [port]))
  const chunked = { method: "POST", headers: { "transfer-encoding": "chunked" } }
  for (const options of [{}, { method: "POST", body: "x" }, chunked])
    expect(await gateway.get(HOST, "/", options)).toMatchObject({ status: 200, body: "ok!" })
  expect(await gateway.get2(HOST)).toMatchObject({ status: 200, body: "ok!" })
  await idle(gateway)
})
