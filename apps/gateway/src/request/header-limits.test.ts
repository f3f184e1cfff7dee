import { createServer } from "node:http"
import { describe, expect, test } from "vitest"
import { frames, frameTypes } from "../testing/http2-frames.ts"
import { openRawHttp2 } from "../testing/raw-http2.ts"
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts"

const HOST = "api.shop.localhost"
const LIMIT = 32 * 1024

type Fields = [string, string][]
interface Shape {
  path: string
  fields: Fields
}

/** Requests of so many bytes: target, names and values, with those of other headers. */
const shapes: [string, (bytes: number, other: number) => Shape][] = [
  [
    "one long header",
    (bytes, other) => ({ path: "/", fields: [["x-long", "a".repeat(bytes - 1 - "x-long".length - other)]] }),
  ],
  [
    "many short headers",
    (bytes, other) => {
      const fields: Fields = Array.from({ length: 200 }, (_, index) => [`x-${index + 100}`, "a".repeat(100)])
      const rest = bytes - 1 - other - fields.flat().join("").length
      return { path: "/", fields: [...fields, ["x-rest", "a".repeat(rest - "x-rest".length)]] }
    },
  ],
  ["a long target", (bytes, other) => ({ path: `/${"a".repeat(bytes - 1 - other)}`, fields: [] })],
]

/** An app that takes all that the gateway lets through. */
async function roomyApp(gateway: TestGateway): Promise<void> {
  const server = createServer({ maxHeaderSize: 1024 * 1024 }, (request, response) => {
    request.resume().on("end", () => response.end("answer"))
  })
  await gateway.serve(await gateway.route(HOST, [await gateway.upstream(server)]))
}

const hostBytes = "host".length + HOST.length
const closeBytes = "connection".length + "close".length

type Ask = (
  gateway: TestGateway,
  method: string,
  shape: Shape,
) => Promise<{ status: string; code: string | undefined; body: string }>

const over1: Ask = async (gateway, method, { path, fields }) => {
  const socket = await gateway.tls(HOST)
  const text = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("")
  socket.setEncoding("latin1").write(`${method} ${path} HTTP/1.1\r\nhost: ${HOST}\r\nconnection: close\r\n${text}\r\n`)
  const answer = (await socket.toArray()).join("")
  const [head = "", body = ""] = answer.split("\r\n\r\n")
  return { status: head.slice(9, 12), code: /x-alien-gateway: (\S+)/.exec(head)?.[1], body }
}

const over2: Ask = async (gateway, method, { path, fields }) => {
  const { status, headers, body } = await gateway.get2(HOST, path, {
    method,
    headers: { ":authority": HOST, ...Object.fromEntries(fields) },
  })
  return { status: String(status), code: headers["x-alien-gateway"]?.toString(), body }
}

describe.each<[string, Ask, number]>([
  ["HTTP/1.1", over1, hostBytes + closeBytes],
  ["HTTP/2", over2, hostBytes],
])("over %s", (_protocol, ask, other) => {
  test.each(shapes)("%s of 32 KiB in all is taken, one byte more is answered with 431", async (_shape, of) => {
    await using gateway = await openTestGateway()
    await roomyApp(gateway)
    expect(await ask(gateway, "GET", of(LIMIT, other))).toEqual({ status: "200", code: undefined, body: "answer" })
    const refused = await ask(gateway, "GET", of(LIMIT + 1, other))
    expect(refused).toMatchObject({ status: "431", code: "headers_too_large" })
    expect(JSON.parse(refused.body)).toMatchObject({ code: "headers_too_large" })
    expect(await ask(gateway, "HEAD", of(LIMIT + 1, other))).toEqual({
      status: "431",
      code: "headers_too_large",
      body: "",
    })
  })

  test("256 headers are taken, one more is answered with 431", async () => {
    await using gateway = await openTestGateway()
    await roomyApp(gateway)
    const of = (count: number): Shape => ({
      path: "/",
      fields: Array.from({ length: count }, (_, index) => [`x-${index}`, "1"]),
    })
    const others = other === hostBytes ? 1 : 2
    expect(await ask(gateway, "GET", of(256 - others))).toMatchObject({ status: "200" })
    expect(await ask(gateway, "GET", of(257 - others))).toMatchObject({ status: "431", code: "headers_too_large" })
  })
})

const tooLarge = `x-long: ${"a".repeat(LIMIT)}\r\n`

test("who still sends a body gets to read the 431, and the connection ends", async () => {
  await using gateway = await openTestGateway()
  await roomyApp(gateway)
  const socket = await gateway.tls(HOST)
  socket.setEncoding("latin1").write(`POST / HTTP/1.1\r\nhost: ${HOST}\r\n${tooLarge}content-length: 4000000\r\n\r\n`)
  socket.write("a".repeat(4_000_000))
  const answer = (await socket.toArray()).join("")
  expect(answer).toMatch(/^HTTP\/1.1 431 .*connection: close.*"headers_too_large"/is)
  expect(answer.match(/HTTP\/1.1/g)).toHaveLength(1)
})

test("an upgrade is refused alike", async () => {
  await using gateway = await openTestGateway()
  await roomyApp(gateway)
  const socket = await gateway.tls(HOST)
  const upgrade = "connection: upgrade\r\nupgrade: websocket\r\n"
  socket.setEncoding("latin1").write(`GET / HTTP/1.1\r\nhost: ${HOST}\r\n${upgrade}${tooLarge}\r\n`)
  expect((await socket.toArray()).join("")).toMatch(/^HTTP\/1.1 431 .*"headers_too_large"/s)
})

test("an upload over HTTP/2 is answered on its stream and stopped; those beside and after it are served", async () => {
  await using gateway = await openTestGateway()
  await roomyApp(gateway)
  const session = await gateway.http2(HOST)
  const beside = session.request({ ":method": "POST" })
  beside.write("half")
  const upload = session.request({ ":method": "POST", "x-long": "a".repeat(LIMIT) })
  upload.on("error", () => {}).write("a".repeat(1_000_000))
  expect(JSON.parse((await upload.setEncoding("utf8").toArray()).join(""))).toMatchObject({ code: "headers_too_large" })
  beside.end("whole")
  expect((await beside.setEncoding("utf8").toArray()).join("")).toBe("answer")
  expect((await session.request({ ":path": "/" }).setEncoding("utf8").toArray()).join("")).toBe("answer")
})

test("a client that has not acknowledged the settings yet is held to the same limit", async () => {
  await using gateway = await openTestGateway()
  await roomyApp(gateway)
  const client = await openRawHttp2(gateway, HOST, { acknowledge: false })
  const long = Array.from({ length: 10 }, (_, index): [string, string] => [`x-${index}`, "a".repeat(13_000)])
  client.send(
    frames.request(1, [[":method", "GET"], [":scheme", "https"], [":authority", HOST], [":path", "/"], ...long]),
  )
  await client.until(() => client.of(frameTypes.DATA, 1).length > 0)
  expect(client.of(frameTypes.DATA, 1)[0]?.payload.toString()).toContain("headers_too_large")
  client[Symbol.dispose]()
})
