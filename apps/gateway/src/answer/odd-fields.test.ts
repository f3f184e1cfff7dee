import { once } from "node:events"
import { describe, expect, test } from "vitest"
import { frameReader, frames, frameTypes } from "../testing/http2-frames.ts"
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts"

const HOST = "api.shop.localhost"

/** Names that every JavaScript object has, and one that sets what it inherits. */
const NAMES = ["__proto__", "constructor", "hasOwnProperty", "toString", "valueOf", "__defineGetter__"]
const lines = (names: readonly string[]) => names.map((name, index) => `${name}: ${index}\r\n`).join("")
const fields = (names: readonly string[]) => names.map((name, index) => [name.toLowerCase(), String(index)])

/** An app that answers everything with these bytes. */
async function answering(gateway: TestGateway, text: string): Promise<void> {
  const port = await gateway.tcpUpstream((socket) => socket.on("data", () => socket.write(Buffer.from(text, "latin1"))))
  await gateway.serve(await gateway.route(HOST, [port]))
}

/** Everything that comes on a connection until the text ends so. */
async function ask(gateway: TestGateway, request: string, end: string): Promise<string> {
  const socket = await gateway.tls(HOST)
  socket.setEncoding("latin1").write(request)
  let answer = ""
  while (!answer.endsWith(end)) answer += String(await once(socket, "data"))
  socket.destroy()
  return answer
}

/** Names and values as they came in an answer's head over HTTP/2. */
async function fields2(
  gateway: TestGateway,
  path = "/",
): Promise<{ head: [string, string][]; trailers: [string, string][] }> {
  const stream = (await gateway.http2(HOST)).request({ ":path": path })
  let trailers: [string, string][] = []
  stream.once("trailers", (_fields, _flags, raw) => {
    trailers = pairs(raw)
  })
  const [, , raw] = await once(stream, "response")
  await stream.toArray()
  return { head: pairs(raw), trailers }
}

const pairs = (raw: readonly string[]): [string, string][] =>
  Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index] ?? "", raw[2 * index + 1] ?? ""])

test("fields of a request that are named as objects name theirs reach the app, over HTTP/1.1 and 2", async () => {
  await using gateway = await openTestGateway()
  const seen: string[][] = []
  const host = await gateway.app((request, response) => {
    seen.push(
      ...pairs(request.rawHeaders).filter(([name]) =>
        NAMES.map((own) => own.toLowerCase()).includes(name.toLowerCase()),
      ),
    )
    response.end("ok")
  })
  await ask(gateway, `GET / HTTP/1.1\r\nhost: ${host}\r\n${lines(NAMES)}\r\n`, "ok")
  expect(seen.splice(0).map(([name, value]) => [name?.toLowerCase(), value])).toEqual(fields(NAMES))
  const headers = Object.assign(Object.create(null), Object.fromEntries(fields(NAMES)))
  expect(await gateway.get2(host, "/", { headers })).toMatchObject({ status: 200 })
  expect(seen).toEqual(fields(NAMES))
})

test("fields of an answer that are named as objects name theirs reach the client, over HTTP/1.1 and 2", async () => {
  await using gateway = await openTestGateway()
  await answering(gateway, `HTTP/1.1 200 OK\r\n${lines(NAMES)}content-length: 2\r\n\r\nok`)
  const answer = await ask(gateway, `GET / HTTP/1.1\r\nhost: ${HOST}\r\n\r\n`, "ok")
  for (const [index, name] of NAMES.entries()) expect(answer).toContain(`\r\n${name}: ${index}\r\n`)
  expect((await fields2(gateway)).head).toEqual(expect.arrayContaining(fields(NAMES)))
})

test("trailers of an answer that are named so, and repeated ones, reach the client, over HTTP/1.1 and 2", async () => {
  await using gateway = await openTestGateway()
  const trailers = `${lines(NAMES)}x-a: 1\r\nx-a: 2\r\netag: 1\r\netag: 2\r\n`
  await answering(
    gateway,
    `HTTP/1.1 200 OK\r\ntrailer: x-a\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n${trailers}\r\n`,
  )
  const answer = await ask(gateway, `GET / HTTP/1.1\r\nhost: ${HOST}\r\n\r\n`, "\r\n\r\n")
  const rest = answer.endsWith("etag: 2\r\n\r\n") ? answer : ""
  for (const [index, name] of NAMES.entries()) expect(rest).toContain(`\r\n${name.toLowerCase()}: ${index}\r\n`)
  expect(rest).toContain("\r\nx-a: 1\r\nx-a: 2\r\n")
  const received = (await fields2(gateway)).trailers
  for (const field of [...fields(NAMES), ["x-a", "1"], ["x-a", "2"], ["etag", "1"], ["etag", "2"]])
    expect(received).toContainEqual(field)
})

test.each([
  ["location", "/a", "/b"],
  ["etag", '"a"', '"b"'],
  ["content-type", "text/plain", "text/html"],
  ["set-cookie", "a=1", "b=2"],
  ["www-authenticate", 'Basic realm="a"', 'Digest realm="b"'],
  ["x-own", "1", "2"],
])(
  "a %s that stands twice in an answer stands twice over HTTP/1.1 and 2: it is not joined",
  async (name, first, second) => {
    await using gateway = await openTestGateway()
    await answering(
      gateway,
      `HTTP/1.1 200 OK\r\n${name}: ${first}\r\n${name}: ${second}\r\ncontent-length: 2\r\n\r\nok`,
    )
    const answer = await ask(gateway, `GET / HTTP/1.1\r\nhost: ${HOST}\r\n\r\n`, "ok")
    expect(answer).toContain(`${name}: ${first}\r\n${name}: ${second}\r\n`)
    const { head } = await fields2(gateway)
    expect(head.filter(([field]) => field === name)).toEqual([
      [name, first],
      [name, second],
    ])
  },
)

const REQUESTS = {
  "GET over HTTP/1.1": (gateway: TestGateway) => gateway.get(HOST),
  "POST in chunks over HTTP/1.1": (gateway: TestGateway) =>
    gateway.get(HOST, "/", { method: "POST", headers: { "transfer-encoding": "chunked" }, body: "x" }),
  "GET over HTTP/2": (gateway: TestGateway) => gateway.get2(HOST),
  "POST over HTTP/2": (gateway: TestGateway) => gateway.get2(HOST, "/", { method: "POST", body: "x" }),
  "an upgrade": (gateway: TestGateway) => gateway.get(HOST, "/", { headers: { connection: "upgrade", upgrade: "x" } }),
}

describe.each(Object.entries(REQUESTS))("to %s", (_name, request) => {
  test.each([
    ["a space behind a name", "200 OK", "X-A : 1\r\n"],
    ["a space within a name", "200 OK", "X A: 1\r\n"],
    ["an empty name", "200 OK", ": 1\r\n"],
    ["a control byte in a value", "200 OK", "X-A: a\x07b\r\n"],
    ["a bad name in an answer without content", "304 Not Modified", "X-A : 1\r\n"],
    ["a bad name in an answer that says so", "204 No Content", "X-A : 1\r\n"],
    ["a coding below its chunks", "200 OK", "transfer-encoding: gzip, chunked\r\n"],
  ])(
    "%s of an app is answered with a 502 that is whole: nothing of the app's is left in it",
    async (_what, status, line) => {
      await using gateway = await openTestGateway()
      const framing = line.startsWith("transfer-encoding") ? "\r\n2\r\nok\r\n0\r\n\r\n" : "content-length: 2\r\n\r\nok"
      await answering(gateway, `HTTP/1.1 ${status}\r\n${line}${framing}`)
      const answer = await request(gateway)
      expect(answer).toMatchObject({ status: 502, headers: { "x-alien-gateway": "upstream_unreachable" } })
      expect(JSON.parse(answer.body)).toMatchObject({ code: "upstream_unreachable" })
      expect(answer.headers["content-length"]).toBe(String(Buffer.byteLength(answer.body)))
    },
  )
})

test("a 502 has its own reason", async () => {
  await using gateway = await openTestGateway()
  for (const status of ["200 OK", "201 Created", "304 Not Modified"]) {
    await answering(gateway, `HTTP/1.1 ${status}\r\nX-Foo : bar\r\ncontent-length: 2\r\n\r\nok`)
    const answer = await ask(gateway, `GET / HTTP/1.1\r\nhost: ${HOST}\r\n\r\n`, "}\n")
    expect(answer).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/)
  }
})

/** Node leaves such a field out of a request over HTTP/2, and resets the stream where it cannot (RFC 9113 section 8.2.1). */
test.each([0x00, 0x01, 0x07, 0x08, 0x0a, 0x0b, 0x0d, 0x1b, 0x1f, 0x7f])(
  "the byte %d in a field over HTTP/2 reaches no app: others on the connection are answered",
  async (byte) => {
    await using gateway = await openTestGateway()
    const seen: string[] = []
    await gateway.app((request, response) => {
      seen.push(request.url ?? "", ...request.rawHeaders)
      response.end("ok")
    })
    const socket = await gateway.tls(HOST, "h2")
    socket.write(frames.preface())
    const head = { ":method": "POST", ":scheme": "https", ":authority": HOST, ":path": "/" }
    const text = `/a${String.fromCharCode(byte)}b`
    const requests = [{ "x-a": text }, { "x-a": text, "content-length": "3" }, { cookie: text }, { ":path": text }]
    for (const [index, more] of requests.entries())
      socket.write(
        Buffer.concat([frames.headers(2 * index + 1, { ...head, ...more }), frames.lastData(2 * index + 1, "abc")]),
      )
    socket.write(frames.request(99, { ...head, ":path": "/next" }))
    const read = frameReader()
    const ended = new Set<number>()
    while (ended.size < requests.length + 1)
      for (const { type, stream, flags } of read((await once(socket, "data"))[0]))
        if (type === frameTypes.RST_STREAM || (stream > 0 && flags & END_STREAM)) ended.add(stream)
    expect(seen).toContain("/next")
    expect(seen.join()).not.toContain(String.fromCharCode(byte))
    socket.destroy()
  },
)

const END_STREAM = 1
