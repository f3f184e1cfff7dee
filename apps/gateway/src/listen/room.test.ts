import { once } from "node:events"
import { createServer } from "node:http"
import { connect, type Socket } from "node:net"
import type { Duplex } from "node:stream"
import { describe, expect, test } from "vitest"
import { frames } from "../testing/http2-frames.ts"
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts"

const LIMIT = 3

type Open = (gateway: TestGateway, host: string) => Promise<Duplex>

async function bare(gateway: TestGateway): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port: gateway.running.port }).on("error", () => {})
  await once(socket, "connect")
  return socket
}

const quiet = <S extends Duplex>(socket: S): S => socket.on("error", () => {}).resume()

async function http1(gateway: TestGateway, host: string, text: string): Promise<Duplex> {
  const socket = await gateway.tls(host)
  socket.write(text)
  return quiet(socket)
}

async function answered(gateway: TestGateway, host: string): Promise<Duplex> {
  const socket = await http1(gateway, host, `GET / HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
  await once(socket, "data")
  return socket
}

async function http2(gateway: TestGateway, host: string, ...sent: Buffer[]): Promise<Duplex> {
  const socket = await gateway.tls(host, "h2")
  socket.write(Buffer.concat([frames.preface(), ...sent]))
  await once(quiet(socket), "data")
  return socket
}

const idle: [string, Open][] = [
  ["say nothing", bare],
  [
    "stay within their first TLS message",
    async (gateway) => {
      const socket = await bare(gateway)
      socket.write(Buffer.from([22, 3, 1, 0, 200, 1]))
      return socket
    },
  ],
  ["shook hands and ask nothing", (gateway, host) => gateway.tls(host)],
  ["sent half a head", (gateway, host) => http1(gateway, host, `GET / HTTP/1.1\r\nhost: ${host}\r\nx-half`)],
  ["were answered", answered],
  [
    "were answered and sent half of the next head",
    async (gateway, host) => {
      const socket = await answered(gateway, host)
      socket.write("GET / HTTP/1.1\r\n")
      return socket
    },
  ],
  ["speak HTTP/2 and ask nothing", http2],
  [
    "took all their requests back",
    (gateway, host) => {
      const fields = { ":method": "GET", ":scheme": "https", ":authority": host, ":path": "/" }
      const taken = [1, 3, 5, 7].flatMap((stream) => [frames.request(stream, fields), frames.reset(stream, 8)])
      return http2(gateway, host, ...taken)
    },
  ],
  ["ping", (gateway, host) => http2(gateway, host, frames.ping())],
  [
    "were answered over HTTP/2",
    async (gateway, host) => {
      const session = await gateway.http2(host)
      const stream = session.request({ ":path": "/" })
      await once(stream.resume(), "close")
      return session.socket
    },
  ],
]

describe.each(idle)("idle connections that %s", (_how, open) => {
  test("make room, the oldest first: the new client is served at once", async () => {
    await using gateway = await openTestGateway({ maxConnections: LIMIT, maxConnectionsPerPeer: LIMIT })
    const host = await gateway.app((_request, response) => response.end("ok"))
    const sockets: Duplex[] = []
    for (let count = 0; count < LIMIT; count++) sockets.push(quiet(await open(gateway, host)))
    const closed = once(sockets[0] as Duplex, "close")
    expect(await gateway.get(host, "/", { agent: false })).toMatchObject({ status: 200, body: "ok" })
    await closed
    expect(sockets.slice(1).map(({ destroyed }) => destroyed)).toEqual([false, false])
    for (const socket of sockets) socket.destroy()
  })
})

interface Busy {
  socket: Duplex
  /** Resolves when its work, once the app answers, comes to a good end. */
  done(): Promise<unknown>
}

type Hold = (gateway: TestGateway, host: string) => Promise<Busy>

function write(socket: Duplex, text: string): Promise<unknown> {
  socket.write(text)
  return once(socket, "data")
}

const busy: [string, Hold][] = [
  [
    "a request",
    async (gateway, host) => {
      const socket = await http1(gateway, host, `GET /held HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
      return { socket, done: () => once(socket, "data") }
    },
  ],
  [
    "an upload",
    async (gateway, host) => {
      const head = `POST /held HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 3\r\n\r\na`
      const socket = await http1(gateway, host, head)
      return { socket, done: () => write(socket, "bc") }
    },
  ],
  [
    "a request over HTTP/2",
    async (gateway, host) => {
      const session = await gateway.http2(host)
      const stream = session.request({ ":path": "/held" })
      return { socket: session.socket, done: () => once(stream, "response") }
    },
  ],
  [
    "a stream that is being answered over HTTP/2",
    async (gateway, host) => {
      const session = await gateway.http2(host)
      const stream = session.request({ ":path": "/begun" })
      await once(stream, "response")
      return { socket: session.socket, done: () => once(stream.resume(), "end") }
    },
  ],
  [
    "an upgraded connection",
    async (gateway, host) => {
      const head = `GET / HTTP/1.1\r\nhost: ${host}\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n`
      const socket = await http1(gateway, host, head)
      await once(socket, "data")
      return { socket, done: () => write(socket, "echo") }
    },
  ],
]

describe.each(busy)("connections with %s under way", (_what, hold) => {
  test("are never closed for a new one: that is closed instead", async () => {
    await using gateway = await openTestGateway({ maxConnections: LIMIT, maxConnectionsPerPeer: LIMIT })
    const { host, reached, answer } = await heldApp(gateway)
    const held: Busy[] = []
    for (let count = 1; count <= LIMIT; count++) {
      held.push(await hold(gateway, host))
      await reached(count)
    }
    await expect(gateway.get(host, "/", { agent: false })).rejects.toMatchObject({ code: "ECONNRESET" })
    const done = held.map((one) => one.done())
    answer()
    await Promise.all(done)
    for (const { socket } of held) socket.destroy()
  })
})

test("connections of a TCP port are in use as long as they are open, and count", async () => {
  await using gateway = await openTestGateway({ maxConnections: LIMIT, maxConnectionsPerPeer: LIMIT })
  const upstream = await gateway.tcpUpstream((socket) => socket.pipe(socket))
  const [host, port] = ["api.shop.localhost", await gateway.freePort()]
  const route = await gateway.route(host, [await gateway.upstream((_request, response) => response.end("ok"))])
  await gateway.serveTable({ routes: [route], ports: [gateway.tcpPort(port, [upstream])] })
  const sockets = await Promise.all(Array.from({ length: LIMIT }, () => gateway.tcp(port)))
  for (const socket of sockets) await write(socket, "echo")
  await expect(gateway.get(host, "/", { agent: false })).rejects.toMatchObject({ code: "ECONNRESET" })
  for (const socket of sockets) expect(socket.destroyed).toBe(false)
  const closed = once(sockets[0] as Socket, "close")
  sockets[0]?.end()
  await closed
  expect(await gateway.get(host, "/", { agent: false })).toMatchObject({ body: "ok" })
})

test("TCP ports leave room to hosts, however many connections they are asked for", async () => {
  await using gateway = await openTestGateway({ maxConnections: LIMIT + 1, maxTcpConnections: LIMIT })
  const upstream = await gateway.tcpUpstream((socket) => socket.pipe(socket))
  const [host, port] = ["api.shop.localhost", await gateway.freePort()]
  const route = await gateway.route(host, [await gateway.upstream((_request, response) => response.end("ok"))])
  await gateway.serveTable({ routes: [route], ports: [gateway.tcpPort(port, [upstream])] })
  const sockets = await Promise.all(Array.from({ length: LIMIT }, () => gateway.tcp(port)))
  for (const socket of sockets) await write(socket, "echo")
  const late = await gateway.tcp(port)
  await once(late.resume(), "end")
  expect(await gateway.get(host, "/", { agent: false })).toMatchObject({ body: "ok" })
})

/** An app that holds its answers to `/held`, begins those to `/begun`, answers `/`, and echoes after an upgrade. */
async function heldApp(gateway: TestGateway) {
  const answers: (() => void)[] = []
  let waiting: { count: number; resolve: () => void } | undefined
  const arrived = (answer: () => void) => {
    answers.push(answer)
    if (waiting !== undefined && answers.length >= waiting.count) waiting.resolve()
  }
  const server = createServer((request, response) => {
    if (request.url === "/begun") response.write("half ")
    arrived(() => response.end("ok"))
  })
  server.on("upgrade", (_request, socket: Duplex) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n")
    socket.on("error", () => {}).pipe(socket)
    arrived(() => {})
  })
  const host = "api.shop.localhost"
  await gateway.serve(await gateway.route(host, [await gateway.upstream(server)]))
  return {
    host,
    /** Resolves when so many requests are with the app. */
    reached: (count: number) =>
      new Promise<void>((resolve) => {
        if (answers.length >= count) resolve()
        else waiting = { count, resolve }
      }),
    answer: () => {
      for (const answer of answers) answer()
    },
  }
}
