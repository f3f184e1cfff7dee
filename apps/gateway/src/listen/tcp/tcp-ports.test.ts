import { once } from "node:events"
import type { Socket } from "node:net"
import { pipeline } from "node:stream/promises"
import { expect, test, vi } from "vitest"
import { block, blocks, expected, hashOf, MIB } from "../../testing/bodies.ts"
import { openTestGateway, type TestGateway } from "../../testing/test-gateway.ts"

const greeting = (text: string) => (socket: Socket) => void socket.end(text)
const echo = (socket: Socket) => void socket.pipe(socket)

/** What comes until the other side ends; then this side ends as well. */
async function all(socket: Socket): Promise<string> {
  const chunks = await socket
    .setEncoding("latin1")
    .toArray()
    .catch(() => ["reset"])
  socket.end()
  return chunks.join("")
}

/** A port of the gateway that leads to upstreams that do this. */
async function open(gateway: TestGateway, ...apps: ((socket: Socket) => void)[]): Promise<number> {
  const port = await gateway.freePort()
  const upstreams = await Promise.all(apps.map((app) => gateway.tcpUpstream(app)))
  await gateway.serveTable({ ports: [gateway.tcpPort(port, upstreams)] })
  return port
}

test("passes bytes both ways untouched: it knows no protocol", async () => {
  await using gateway = await openTestGateway()
  const client = await gateway.tcp(await open(gateway, echo))
  const sent = pipeline(blocks(16), client)
  expect(await hashOf(client)).toBe(await expected(16))
  await sent
})

test("a side that ends leaves the other open: the answer comes after the client's end", async () => {
  await using gateway = await openTestGateway()
  const port = await open(gateway, async (socket) => socket.end(`got ${(await socket.toArray()).join("")}`))
  const client = await gateway.tcp(port)
  client.end("question")
  expect(await all(client)).toBe("got question")
})

test("a client that does not read holds the upstream back", async () => {
  await using gateway = await openTestGateway()
  let written = 0
  const stalled = Promise.withResolvers<void>()
  const port = await open(gateway, async (socket) => {
    while (written < 256 * MIB && !socket.destroyed) {
      written += MIB
      if (socket.write(block)) continue
      const timer = setTimeout(stalled.resolve, 500)
      await once(socket, "drain").catch(() => {})
      clearTimeout(timer)
    }
  })
  const client = await gateway.tcp(port)
  client.pause()
  await stalled.promise
  expect(written).toBeLessThan(64 * MIB)
  client.destroy()
})

test("upstreams take turns, and one that refuses is passed over: it loses no byte of the client", async () => {
  await using gateway = await openTestGateway()
  const port = await gateway.freePort()
  const upstreams = [
    await gateway.tcpUpstream(greeting("a")),
    await gateway.freePort(),
    await gateway.tcpUpstream(greeting("c")),
  ]
  await gateway.serveTable({ ports: [gateway.tcpPort(port, upstreams)] })
  const answers: string[] = []
  for (let count = 0; count < 6; count++) answers.push(await all(await gateway.tcp(port)))
  expect(new Set(answers)).toEqual(new Set(["a", "c"]))
})

test("when all upstreams refuse, or there is none, the connection is reset: it never looks like an empty answer", async () => {
  await using gateway = await openTestGateway()
  const [refused, empty] = [await gateway.freePort(), await gateway.freePort()]
  await gateway.serveTable({
    ports: [gateway.tcpPort(refused, [await gateway.freePort()]), gateway.tcpPort(empty, [])],
  })
  // A reset may come before the client even knows that it is connected.
  const ask = (port: number) => gateway.tcp(port).then(all, (error) => error.code)
  expect(await ask(refused)).toMatch(/^(reset|ECONNRESET)$/)
  expect(await ask(empty)).toMatch(/^(reset|ECONNRESET)$/)
})

test("an upstream that resets resets the client, and a client that resets the upstream", async () => {
  await using gateway = await openTestGateway()
  const seen = Promise.withResolvers<unknown>()
  const port = await open(gateway, (socket) => {
    socket.once("data", (data) => {
      if (String(data) === "reset") socket.resetAndDestroy()
      else socket.once("error", seen.resolve).write("ready")
    })
  })
  const first = await gateway.tcp(port)
  first.write("reset")
  expect(await all(first)).toBe("reset")
  const second = await gateway.tcp(port)
  second.write("x")
  await once(second, "data")
  second.resetAndDestroy()
  expect(await seen.promise).toMatchObject({ code: "ECONNRESET" })
})

test("a change of the table leads new connections elsewhere and leaves established ones alone", async () => {
  await using gateway = await openTestGateway()
  const port = await gateway.freePort()
  const [old, next] = [await gateway.tcpUpstream(echo), await gateway.tcpUpstream(greeting("new"))]
  await gateway.serveTable({ ports: [gateway.tcpPort(port, [old])] })
  const client = await gateway.tcp(port)
  client.write("1")
  expect(String(await once(client, "data"))).toBe("1")
  expect(gateway.running.status().inFlight).toEqual({ [old]: 1 })
  await gateway.serveTable({ ports: [gateway.tcpPort(port, [next])] })
  expect(await all(await gateway.tcp(port))).toBe("new")
  client.write("2")
  expect(String(await once(client, "data"))).toBe("2")
  expect(gateway.running.status().inFlight).toEqual({ [old]: 1 })
  await gateway.serveTable({ ports: [] })
  const refused = gateway.tcp(port)
  await expect(refused).rejects.toMatchObject({ code: "ECONNREFUSED" })
  client.write("3")
  expect(String(await once(client, "data"))).toBe("3")
  client.end()
  await vi.waitUntil(() => Object.keys(gateway.running.status().inFlight).length === 0)
})

test("a client that goes on sending to an app that left is let go: nothing of it stays counted", async () => {
  await using gateway = await openTestGateway()
  const port = await open(gateway, (socket) => socket.once("data", () => socket.destroy()))
  const client = await gateway.tcp(port)
  client.write("x")
  await once(client.resume(), "end")
  client.end(Buffer.alloc(4 * 1024 * 1024))
  await vi.waitUntil(() => Object.keys(gateway.running.status().inFlight).length === 0)
})

test("a busy port is rejected alone, with its holder, and taken once it is free", async () => {
  await using gateway = await openTestGateway({ pollMs: 10 })
  const busy = await gateway.upstream(() => {})
  const free = await gateway.freePort()
  const upstream = await gateway.tcpUpstream(greeting("hello"))
  await gateway.serveTable({
    ports: [
      gateway.tcpPort(busy, [upstream]),
      gateway.tcpPort(free, [upstream]),
      gateway.tcpPort(free, [upstream], { key: "dep_b/again" }),
    ],
  })
  expect(gateway.running.status().rejected).toEqual({
    [`dep_a/${busy}`]: {
      code: "port_in_use",
      message: expect.stringContaining(`port ${busy} on 127.0.0.1 is taken by `),
    },
    "dep_b/again": {
      code: "port_in_use",
      message: expect.stringContaining(`port ${free} already leads to endpoint sql of db`),
    },
  })
  expect(await all(await gateway.tcp(free))).toBe("hello")
  await gateway.stop(busy)
  await vi.waitUntil(() => gateway.running.status().rejected[`dep_a/${busy}`] === undefined)
  expect(await all(await gateway.tcp(busy))).toBe("hello")
})

test("when told to stop, connections get a while to end: it refuses new ones and cuts what is left", async () => {
  await using gateway = await openTestGateway({ drainMs: 100 })
  const port = await open(gateway, echo)
  const client = await gateway.tcp(port)
  client.write("x")
  await once(client, "data")
  const closing = gateway.running.close()
  await expect(gateway.tcp(port)).rejects.toMatchObject({ code: "ECONNREFUSED" })
  expect(await all(client)).toBe("reset")
  await closing
})
