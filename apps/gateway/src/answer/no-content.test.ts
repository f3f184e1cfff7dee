import { once } from "node:events"
import { createServer } from "node:http"
import type { ClientHttp2Session } from "node:http2"
import type { Route } from "@alienplatform/provider-local/gateway-table"
import { describe, expect, test, vi } from "vitest"
import { untilLines } from "../testing/access-lines.ts"
import { frameReader, frames, frameTypes, type ReceivedFrame } from "../testing/http2-frames.ts"
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts"

const HOST = "api.shop.localhost"
const RESET = "205 Reset Content"

/** What an app writes for an answer without content, and the length that its client is told. */
const ANSWERS: [what: string, method: string, text: string, length: string | undefined][] = [
  ["a 304 without framing", "GET", "304 Not Modified\r\n", undefined],
  ["a 304 with a length", "GET", "304 Not Modified\r\ncontent-length: 5\r\n", "5"],
  ["a 304 in chunks", "GET", "304 Not Modified\r\ntransfer-encoding: chunked\r\n", undefined],
  [
    "a 304 with a length from an app that closes",
    "GET",
    "304 Not Modified\r\nconnection: close\r\ncontent-length: 5\r\n",
    "5",
  ],
  ["a 204 without framing", "GET", "204 No Content\r\n", undefined],
  ["a 204 with a length", "GET", "204 No Content\r\ncontent-length: 5\r\n", undefined],
  ["a 204 in chunks", "GET", "204 No Content\r\ntransfer-encoding: chunked\r\n", undefined],
  ["a 205 without framing", "GET", `${RESET}\r\n`, "0"],
  ["a 205 with a length", "GET", `${RESET}\r\ncontent-length: 5\r\n`, "0"],
  ["a 205 with content", "GET", `${RESET}\r\ncontent-length: 5\r\n\r\nhello`, "0"],
  ["a 205 in chunks", "GET", `${RESET}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n`, "0"],
  ["an answer to HEAD with a length", "HEAD", "200 OK\r\ncontent-length: 5\r\n", "5"],
  ["an answer to HEAD in chunks", "HEAD", "200 OK\r\ntransfer-encoding: chunked\r\n", undefined],
  ["a 304 to HEAD with a length", "HEAD", "304 Not Modified\r\ncontent-length: 5\r\n", "5"],
  ["a 304 with a coding", "GET", "304 Not Modified\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n", "5"],
  ["a 204 with a coding", "GET", "204 No Content\r\ncontent-encoding: gzip\r\n", undefined],
  ["a 204 with a length of zero", "GET", "204 No Content\r\ncontent-length: 0\r\n", undefined],
  ["a 304 with a length of zero", "GET", "304 Not Modified\r\ncontent-length: 0\r\n", "0"],
  ["a 205 with a length of zero", "GET", `${RESET}\r\ncontent-length: 0\r\n`, "0"],
  ["a 204 with content", "GET", "204 No Content\r\ncontent-length: 5\r\n\r\nhello", undefined],
  ["a 204 with content that nothing announces", "GET", "204 No Content\r\n\r\nhello", undefined],
  ["a 304 with content", "GET", "304 Not Modified\r\ncontent-length: 5\r\n\r\nhello", "5"],
  ["a 304 with content that nothing announces", "GET", "304 Not Modified\r\n\r\nhello", undefined],
  [
    "a 204 with content in chunks",
    "GET",
    "204 No Content\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n",
    undefined,
  ],
  ["an answer to HEAD with content", "HEAD", "200 OK\r\ncontent-length: 5\r\n\r\nhello", "5"],
  ["an answer to HEAD with a coding", "HEAD", "200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n", "5"],
  ["an answer to HEAD with a length of zero", "HEAD", "200 OK\r\ncontent-length: 0\r\n", "0"],
  ["an answer to HEAD without framing", "HEAD", "200 OK\r\n", undefined],
  ["a 404 to HEAD with a length", "HEAD", "404 Not Found\r\ncontent-length: 5\r\n", "5"],
  ["a 204 to HEAD with a length", "HEAD", "204 No Content\r\ncontent-length: 5\r\n", undefined],
]

/** An app that answers so, and with `next` at that path; one request at a time gets through to it. */
async function answering(gateway: TestGateway, text: string, more: Partial<Route> = {}): Promise<void> {
  const closes = text.includes("connection: close")
  const port = await gateway.tcpUpstream((socket) =>
    socket.setEncoding("latin1").on("data", (data) => {
      if (String(data).includes(" /next ")) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnext")
      else if (/^[A-Z]+ \//.test(String(data))) socket.write(`HTTP/1.1 ${text}\r\n`, () => closes && socket.end())
    }),
  )
  await gateway.serve(await gateway.route(HOST, [port], { concurrencyLimit: 1, ...more }))
}

const idle = (gateway: TestGateway) => vi.waitUntil(() => Object.keys(gateway.running.status().inFlight).length === 0)

const headerOf = (head: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*)$`, "im").exec(head)?.[1]?.trim()

/** A request as bytes on one connection; answers with what came until `end` was seen. */
async function ask(socket: NodeJS.ReadWriteStream, head: string, end: string, body = ""): Promise<string> {
  socket.write(`${head} HTTP/1.1\r\nhost: ${HOST}\r\n${body}`)
  let answer = ""
  while (!answer.endsWith(end)) answer += String(await once(socket, "data"))
  return answer
}

/** A length that nobody knows takes another way through the gateway than one that is known. */
const BODIES = {
  "without a body": "\r\n",
  "with a body in chunks": "transfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
}

describe.each(Object.entries(BODIES))("over HTTP/1.1, to a request %s", (_name, body) => {
  test.each(ANSWERS)("%s ends with its head: the next request is answered", async (_what, method, text, length) => {
    await using gateway = await openTestGateway()
    await answering(gateway, text)
    const socket = await gateway.tls(HOST)
    const head = await ask(socket, `${method} /`, "\r\n\r\n", body)
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${text.slice(0, 3)} `))
    expect(headerOf(head, "content-length")).toBe(length)
    expect(headerOf(head, "transfer-encoding")).toBeUndefined()
    expect(await ask(socket, "GET /next", "next", "\r\n")).toMatch(/^HTTP\/1.1 200 OK\r\n/)
    await idle(gateway)
    socket.destroy()
  })
})

test.each(ANSWERS)("%s ends the connection of a client that asks for it", async (_what, method, text, length) => {
  await using gateway = await openTestGateway()
  await answering(gateway, text)
  const socket = await gateway.tls(HOST)
  socket.setEncoding("latin1").write(`${method} / HTTP/1.1\r\nhost: ${HOST}\r\nconnection: close\r\n\r\n`)
  const answer = (await socket.toArray()).join("")
  expect(answer).toMatch(/\r\n\r\n$/)
  expect(headerOf(answer, "content-length")).toBe(length)
  await idle(gateway)
})

test.each(ANSWERS)("%s ends a request for an upgrade", async (_what, method, text, length) => {
  await using gateway = await openTestGateway()
  await answering(gateway, text)
  const headers = { connection: "Upgrade", upgrade: "websocket" }
  const answer = await gateway.get(HOST, "/", { method, headers })
  expect(answer).toMatchObject({ status: Number(text.slice(0, 3)), body: "" })
  expect(answer.headers["content-length"]).toBe(length)
  await idle(gateway)
})

describe.each([false, true])(
  "over HTTP/2, to a request with a body that nobody knows the length of: %s",
  (streamed) => {
    test.each(ANSWERS)("%s ends with its head: the next request is answered", async (_what, method, text, length) => {
      await using gateway = await openTestGateway()
      await answering(gateway, text)
      const session = await gateway.http2(HOST)
      const answer = await ask2(session, { ":method": method }, streamed ? "x" : undefined)
      expect(answer).toMatchObject({ status: Number(text.slice(0, 3)), body: "" })
      expect(answer.length).toBe(length)
      expect(await ask2(session, { ":path": "/next" })).toMatchObject({ status: 200, body: "next" })
      await idle(gateway)
    })
  },
)

async function ask2(session: ClientHttp2Session, headers: object, body?: string) {
  const stream = session.request({ ":path": "/", ...headers }, { endStream: body === undefined })
  if (body !== undefined) stream.end(body)
  const [head] = await once(stream, "response")
  const text = (await stream.setEncoding("utf8").toArray()).join("")
  return { status: head[":status"], length: head["content-length"], body: text }
}

test.each([
  ["GET", {}],
  ["POST", { body: "x", headers: { "transfer-encoding": "chunked" } }],
])("an app whose answers to %s end with their heads keeps its connection", async (method, more) => {
  await using gateway = await openTestGateway()
  let connections = 0
  const server = createServer((_request, response) => response.writeHead(304).end())
  server.on("connection", () => connections++)
  await gateway.serve(await gateway.route(HOST, [await gateway.upstream(server)]))
  for (let count = 0; count < 3; count++) expect((await gateway.get(HOST, "/", { method, ...more })).status).toBe(304)
  expect(connections).toBe(1)
})

test("an app that announces content which cannot come loses its connection", async () => {
  await using gateway = await openTestGateway()
  const closed = Promise.withResolvers<unknown>()
  const port = await gateway.tcpUpstream((socket) => {
    socket.once("close", closed.resolve)
    socket
      .on("end", () => socket.end())
      .on("data", () => socket.write("HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n"))
  })
  await gateway.serve(await gateway.route(HOST, [port]))
  expect((await gateway.get(HOST)).status).toBe(304)
  await closed.promise
})

test("such answers are whole in the log, over every protocol", async () => {
  await using gateway = await openTestGateway({}, { logs: true })
  await answering(gateway, "304 Not Modified\r\nconnection: close\r\ncontent-length: 5\r\n", {
    deployment: "dep_a",
    resource: "api",
  })
  await gateway.get(HOST)
  await gateway.get2(HOST)
  await gateway.get(HOST, "/", { headers: { connection: "Upgrade", upgrade: "websocket" } })
  const lines = await untilLines(gateway, "api", 3)
  for (const line of lines) expect(line).toMatchObject({ status: 304, responseBytes: 0 })
  for (const line of lines) expect(line.cut).toBeUndefined()
})

test("an upload to an app that answers it with 204 is stopped, whatever its length", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((request, response) => request.once("data", () => response.writeHead(204).end()))
  const session = await gateway.http2(host)
  for (const sized of [{}, { "content-length": "100" }]) {
    const stream = session.request({ ":method": "POST", ...sized })
    stream.on("error", () => {}).write("only so much")
    await once(stream.resume(), "close")
  }
  await idle(gateway)
})

test.each(ANSWERS)("%s ends over HTTP/2 with the frame of its head", async (_what, method, text, length) => {
  await using gateway = await openTestGateway()
  await answering(gateway, text)
  const socket = await gateway.tls(HOST, "h2")
  const head = { ":method": method, ":scheme": "https", ":authority": HOST, ":path": "/" }
  socket.write(Buffer.concat([frames.preface(), frames.request(1, head)]))
  const read = frameReader()
  const own: ReceivedFrame[] = []
  while (own.length === 0)
    own.push(
      ...read((await once(socket, "data"))[0]).filter(({ stream, type }) => stream === 1 && type !== WINDOW_UPDATE),
    )
  expect(own.map(({ type, flags }) => [type, flags & END_STREAM])).toEqual([[frameTypes.HEADERS, END_STREAM]])
  expect(length === undefined || length.length === 1).toBe(true)
  socket.destroy()
})

const END_STREAM = 1
const WINDOW_UPDATE = 8

test("content that an app sends behind its answer to HEAD reaches nobody: its connection is not used again", async () => {
  await using gateway = await openTestGateway()
  let late = () => {}
  const port = await gateway.tcpUpstream((socket) =>
    socket.setEncoding("latin1").on("data", (data) => {
      if (String(data).startsWith("GET")) {
        // By now another client's request is under way.
        late()
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        return
      }
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n")
      late = () => socket.write("hello")
    }),
  )
  await gateway.serve(await gateway.route(HOST, [port]))
  for (let count = 0; count < 3; count++) {
    expect((await gateway.get(HOST, "/", { method: "HEAD" })).status).toBe(200)
    expect(await gateway.get(HOST)).toMatchObject({ status: 200, body: "ok" })
  }
})
