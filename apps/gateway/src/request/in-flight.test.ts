import { once } from "node:events"
import { createServer } from "node:http"
import type { Duplex } from "node:stream"
import { type ConnectionOptions, connect } from "node:tls"
import { expect, test, vi } from "vitest"
import { openWorld, type World } from "../testing/world.ts"

const HOST = "api.shop.localhost"
const none = (world: World) => vi.waitUntil(() => Object.keys(world.gateway.status().inFlight).length === 0)

test("a stream to an old upstream goes on undisturbed after the switch: it is counted until its end", async () => {
  await using world = await openWorld()
  const opened = Promise.withResolvers<(text: string | null) => void>()
  const old = await world.upstream((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders()
    opened.resolve((text) => (text === null ? response.end() : response.write(text)))
  })
  const next = await world.upstream((_request, response) => response.end("new"))
  await world.serve(await world.route(HOST, [old]))
  const request = world.request(HOST).end()
  const [stream] = await once(request, "response")
  const send = await opened.promise
  expect(world.gateway.status().inFlight).toEqual({ [old]: 1 })
  await world.serve(await world.route(HOST, [next]))
  expect((await world.get(HOST)).body).toBe("new")
  expect(world.gateway.status().inFlight).toEqual({ [old]: 1 })
  send("data: late\n\n")
  expect(String(await once(stream, "data"))).toBe("data: late\n\n")
  send(null)
  await once(stream.resume(), "end")
  await none(world)
})

test("WebSockets and requests over both versions of HTTP are counted by the port that serves them", async () => {
  await using world = await openWorld()
  const held: (() => void)[] = []
  const server = createServer((_request, response) => held.push(() => response.end()))
  server.on("upgrade", (_request, socket) => {
    socket.on("error", () => {}).on("end", () => socket.end())
    socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n")
  })
  const port = await world.upstream(server)
  await world.serve(await world.route(HOST, [port]))
  const requests = [world.get(HOST), world.get2(HOST)]
  const upgrade = world.request(HOST, "/", { headers: { connection: "Upgrade", upgrade: "websocket" } }).end()
  const [, socket] = (await once(upgrade, "upgrade")) as [unknown, Duplex]
  await vi.waitUntil(() => held.length === 2)
  expect(world.gateway.status().inFlight).toEqual({ [port]: 3 })
  for (const release of held) release()
  await Promise.all(requests)
  await vi.waitUntil(() => world.gateway.status().inFlight[port] === 1)
  // Gone from the table: counted all the same.
  await world.serve()
  expect(world.gateway.status().inFlight).toEqual({ [port]: 1 })
  socket.destroy()
  await none(world)
})

test("a client that keeps its half open after a refused upgrade is not counted for ever", async () => {
  await using world = await openWorld({ linger: 50 })
  await world.app((_request, response) => response.writeHead(400).end("no"))
  const client = connect({
    ...world.reach(HOST),
    ALPNProtocols: ["http/1.1"],
    allowHalfOpen: true,
  } as ConnectionOptions)
  client.on("error", () => {})
  client.write(`GET / HTTP/1.1\r\nhost: ${HOST}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`)
  expect(String(await once(client, "data"))).toContain(" 400 ")
  await none(world)
  client.destroy()
})

test("what another upstream served in the end is not counted at those that refused it", async () => {
  await using world = await openWorld()
  const server = createServer((_request, response) => response.end("ok"))
  server.on("upgrade", (_request, socket) =>
    socket.end("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n"),
  )
  const alive = await world.upstream(server)
  const upgrade = () =>
    once(world.request(HOST, "/", { headers: { connection: "Upgrade", upgrade: "websocket" } }).end(), "upgrade")
  // A new route forgets which one refused; a turn later the dead one is asked first.
  for (const ask of [() => world.get(HOST), () => world.get2(HOST), upgrade]) {
    await world.serve(await world.route(HOST, [await world.freePort(), alive]))
    for (let turn = 0; turn < 2; turn++) await ask()
    await none(world)
  }
})

test("the idle connections to an upstream that the table no longer names are closed", async () => {
  await using world = await openWorld()
  const closed = Promise.withResolvers<void>()
  const server = createServer({ keepAliveTimeout: 60_000 }, (_request, response) => response.end("ok"))
  server.on("connection", (socket) => socket.once("close", () => closed.resolve()))
  await world.serve(await world.route(HOST, [await world.upstream(server)]))
  await world.get(HOST)
  await world.serve()
  await closed.promise
})
