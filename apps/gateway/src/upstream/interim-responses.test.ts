import { once } from "node:events"
import type { Socket } from "node:net"
import { describe, expect, test } from "vitest"
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts"

const HOST = "api.shop.localhost"
const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"

/** An app that counts requests and answers each with these bytes, as they are. */
async function answering(gateway: TestGateway, text: string, end?: (socket: Socket) => void): Promise<() => number> {
  let calls = 0
  const accept = (socket: Socket) => {
    let seen = ""
    socket.setEncoding("latin1").on("data", (data) => {
      seen += data
      if (!seen.includes("\r\n\r\n")) return
      seen = ""
      calls++
      socket.write(text)
      end?.(socket)
    })
  }
  const ports = [await gateway.tcpUpstream(accept), await gateway.tcpUpstream(accept)]
  await gateway.serve(await gateway.route(HOST, ports))
  return () => calls
}

/** A length that nobody knows takes another way through the gateway than one that is known. */
const WAYS = {
  "a request without a body": { method: "GET" },
  "a request with a length": { method: "POST", body: "x", headers: { "content-length": "1" } },
  "a request in chunks": { method: "POST", body: "x", headers: { "transfer-encoding": "chunked" } },
}

const INTERIM: [what: string, text: string, told: [number, string | undefined][]][] = [
  ["100 that nobody asked for", "HTTP/1.1 100 Continue\r\n\r\n", [[100, undefined]]],
  ["102", "HTTP/1.1 102 Processing\r\n\r\n", [[102, undefined]]],
  ["103", "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n", [[103, "</a>"]]],
  [
    "103, 100 and 103",
    "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </b>\r\n\r\n",
    [
      [103, "</a>"],
      [100, undefined],
      [103, "</b>"],
    ],
  ],
]

describe.each(Object.entries(WAYS))(
  "to %s",
  (_name, { method, headers, body }: (typeof WAYS)[keyof typeof WAYS] & { headers?: object; body?: string }) => {
    test.each(INTERIM)(
      "%s is passed on before the answer, over HTTP/1.1, and the app is asked once",
      async (_what, text, told) => {
        await using gateway = await openTestGateway()
        const calls = await answering(gateway, text + ANSWER)
        for (let count = 1; count < 3; count++) {
          const request = gateway.request(HOST, "/", { method, ...(headers && { headers: { ...headers } }) })
          const seen: unknown[] = []
          request.on("information", ({ statusCode, headers }) => seen.push([statusCode, headers.link]))
          request.end(body)
          const [response] = await once(request, "response")
          expect((await response.setEncoding("utf8").toArray()).join("")).toBe("ok")
          expect(seen.toSorted()).toEqual(told.toSorted())
          expect(calls()).toBe(count)
        }
      },
    )

    test.each(INTERIM)("%s is passed on before the answer, over HTTP/2", async (_what, text, told) => {
      await using gateway = await openTestGateway()
      const calls = await answering(gateway, text + ANSWER)
      const { "transfer-encoding": _, ...sized } = { "transfer-encoding": "", ...headers }
      const stream = (await gateway.http2(HOST)).request(
        { ":method": method, ...sized },
        { endStream: body === undefined },
      )
      const seen: unknown[] = []
      stream.on("headers", (fields) => seen.push([fields[":status"], fields.link]))
      if (body !== undefined) stream.end(body)
      expect((await stream.setEncoding("utf8").toArray()).join("")).toBe("ok")
      expect(seen.toSorted()).toEqual(told.toSorted())
      expect(calls()).toBe(1)
    })

    test.each([
      [
        "another protocol that nobody asked for",
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
      ],
      ["an interim response and the end", "HTTP/1.1 103 Early Hints\r\n\r\n"],
      ["100 and the end", "HTTP/1.1 100 Continue\r\n\r\n"],
      ["half a head and the end", "HTTP/1.1 200 OK\r\nx-a"],
      ["half an interim head and the end", "HTTP/1.1 100 Co"],
      ["the first byte and the end", "H"],
    ])("%s is answered with 502, and the app is not asked again", async (_what, text) => {
      for (const end of [
        (socket: Socket) => socket.end(),
        (socket: Socket) => setImmediate(() => socket.resetAndDestroy()),
      ]) {
        await using gateway = await openTestGateway()
        const calls = await answering(gateway, text, end)
        const answer = await gateway.get(HOST, "/", {
          method,
          ...(headers && { headers: { ...headers } }),
          ...(body && { body }),
        })
        expect(answer).toMatchObject({ status: 502, headers: { "x-alien-gateway": "upstream_unreachable" } })
        expect(answer.body).toContain("within its answer")
        expect(calls()).toBe(1)
      }
    })
  },
)

test("a client of HTTP/1.0 gets the answer alone: it knows no interim responses", async () => {
  await using gateway = await openTestGateway()
  await answering(gateway, `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${ANSWER}`)
  const socket = await gateway.tls(HOST)
  socket.setEncoding("latin1").write(`GET / HTTP/1.0\r\nhost: ${HOST}\r\n\r\n`)
  expect((await socket.toArray()).join("")).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
})

test("an upgrade that is hinted at first gets the hint, and then the protocol", async () => {
  await using gateway = await openTestGateway()
  const switched = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n"
  await answering(
    gateway,
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${switched}hello`,
  )
  const socket = await gateway.tls(HOST)
  socket.setEncoding("latin1")
  socket.write(`GET / HTTP/1.1\r\nhost: ${HOST}\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n`)
  let seen = ""
  for await (const text of socket) {
    seen += text
    if (seen.endsWith("hello")) break
  }
  expect(seen).toMatch(/^HTTP\/1\.1 100 .*HTTP\/1\.1 103 .*link: <\/a>.*HTTP\/1\.1 101 /s)
})

test.each(["PUT", "DELETE", "POST", "PATCH"])(
  "a %s whose connection is lost is not sent again: it may have taken effect",
  async (method) => {
    await using gateway = await openTestGateway()
    const calls = await answering(gateway, "", (socket) => socket.destroy())
    expect(await gateway.get(HOST, "/", { method })).toMatchObject({ status: 502 })
    expect(calls()).toBe(1)
  },
)

test.each(["GET", "HEAD", "OPTIONS", "TRACE"])(
  "a %s whose connection is lost before a byte is sent once more: it changes nothing",
  async (method) => {
    await using gateway = await openTestGateway()
    const calls = await answering(gateway, "", (socket) => socket.destroy())
    expect(await gateway.get(HOST, "/", { method })).toMatchObject({ status: 502 })
    expect(calls()).toBe(2)
  },
)

test("a field of an interim response that no client could read is left out, over HTTP/1.1 and 2", async () => {
  await using gateway = await openTestGateway()
  await answering(gateway, `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\nx a: 1\r\n\r\n${ANSWER}`)
  const request = gateway.request(HOST).end()
  const [{ rawHeaders }] = await once(request, "information")
  expect(rawHeaders).toEqual(["link", "</a>"])
  const [response] = await once(request, "response")
  expect((await response.toArray()).join("")).toBe("ok")
  const stream = (await gateway.http2(HOST)).request({ ":path": "/" })
  const [, , raw] = await once(stream, "headers")
  expect(raw).toEqual([":status", "103", "link", "</a>"])
  expect((await stream.setEncoding("utf8").toArray()).join("")).toBe("ok")
})
