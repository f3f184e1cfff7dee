import { once } from "node:events"
import { createServer } from "node:http"
import type { Duplex } from "node:stream"
import { type ConnectionOptions, connect } from "node:tls"
import { expect, test, vi } from "vitest"
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts"

const HOST = "api.shop.localhost"
const none = (gateway: TestGateway) => vi.waitUntil(() => Object.keys(gateway.running.status().inFlight).length === 0)

test("a stream to an old upstream goes on undisturbed after the switch: it is counted until its end", async () => {
  await using gateway = await openTestGateway()
  const opened = Promise.withResolvers<(text: string | null) => void>()
  const old = await gateway.upstream((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders()
    opened.resolve((text) => (text === null ? response.end() : response.write(text)))
  })
  const next = await gateway.upstream((_request, response) => response.end("new"))
  await gateway.serve(await gateway.route(HOST, [old]))
  const request = gateway.request(HOST).end()
  const [stream] = await once(request, "response")
  const send = await opened.promise
  expect(gateway.running.status().inFlight).toEqual({ [old]: 1 })
  await gateway.serve(await gateway.route(HOST, [next]))
  expect((await gateway.get(HOST)).body).toBe("new")
  expect(gateway.running.status().inFlight).toEqual({ [old]: 1 })
  send("data: late\n\n")
  expect(String(await once(stream, "data"))).toBe("data: late\n\n")
  send(null)
  await once(stream.resume(), "end")
  await none(gateway)
})

test("WebSockets and requests over both versions of HTTP are counted by the port that serves them", async () => {
  await using gateway = await openTestGateway()
  const held: (() => void)[] = []
  const server = createServer((_request, response) => held.push(() => response.end()))
  server.on("upgrade", (_request, socket) => {
    socket.on("error", () => {}).on("end", () => socket.end())
    socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n")
  })
  const port = await gateway.upstream(server)
  await gateway.serve(await gateway.route(HOST, [port]))
  const requests = [gateway.get(HOST), gateway.get2(HOST)]
  const upgrade = gateway.request(HOST, "/", { headers: { connection: "Upgrade", upgrade: "websocket" } }).end()
  const [, socket] = (await once(upgrade, "upgrade")) as [unknown, Duplex]
  await vi.waitUntil(() => held.length === 2)
  expect(gateway.running.status().inFlight).toEqual({ [port]: 3 })
  for (const release of held) release()
  await Promise.all(requests)
  await vi.waitUntil(() => gateway.running.status().inFlight[port] === 1)
  // Gone from the table: counted all the same.
  await gateway.serve()
  expect(gateway.running.status().inFlight).toEqual({ [port]: 1 })
  socket.destroy()
  await none(gateway)
})

test("a client that keeps its half open after a refused upgrade is not counted for ever", async () => {
  await using gateway = await openTestGateway({ lingerMs: 50 })
  await gateway.app((_request, response) => response.writeHead(400).end("no"))
  const client = connect({
    ...gateway.reach(HOST),
    ALPNProtocols: ["http/1.1"],
    allowHalfOpen: true,
  } as ConnectionOptions)
  client.on("error", () => {})
  client.write(`GET / HTTP/1.1\r\nhost: ${HOST}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`)
  expect(String(await once(client, "data"))).toContain(" 400 ")
  await none(gateway)
  client.destroy()
})

test("what another upstream served in the end is not counted at those that refused it", async () => {
  await using gateway = await openTestGateway()
  const server = createServer((_request, response) => response.end("ok"))
  server.on("upgrade", (_request, socket) =>
    socket.end("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n"),
  )
  const alive = await gateway.upstream(server)
  const upgrade = () =>
    once(gateway.request(HOST, "/", { headers: { connection: "Upgrade", upgrade: "websocket" } }).end(), "upgrade")
  // A new route forgets which one refused; a turn later the dead one is asked first.
  for (const ask of [() => gateway.get(HOST), () => gateway.get2(HOST), upgrade]) {
    await gateway.serve(await gateway.route(HOST, [await gateway.freePort(), alive]))
    for (let turn = 0; turn < 2; turn++) await ask()
    await none(gateway)
  }
})

test("the idle connections to an upstream that the table no longer names are closed", async () => {
  await using gateway = await openTestGateway()
  const closed = Promise.withResolvers<void>()
  const server = createServer({ keepAliveTimeout: 60_000 }, (_request, response) => response.end("ok"))
  server.on("connection", (socket) => socket.once("close", () => closed.resolve()))
  await gateway.serve(await gateway.route(HOST, [await gateway.upstream(server)]))
  await gateway.get(HOST)
  await gateway.serve()
  await closed.promise
})
