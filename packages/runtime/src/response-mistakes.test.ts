import { createConnection } from "node:net"
import { describe, expect, test } from "vitest"
import { get, serving, type TestServer } from "./serve.fixture.ts"

const bytes = new TextEncoder()

/** Chunks, one per turn of the event loop, and what comes after them: an end, or an error. */
const stream = (chunks: readonly string[], error?: Error) => {
  const left = [...chunks]
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
      const chunk = left.shift()
      if (chunk !== undefined) controller.enqueue(bytes.encode(chunk))
      else if (error) controller.error(error)
      else controller.close()
    },
  })
}

/** What a bundled implementation of the standard may hold: it is matched by shape. */
const foreign = (parts: Partial<Record<keyof Response, unknown>>): Response =>
  ({ status: 200, statusText: "", headers: new Headers(), body: null, url: "", ...parts }) as unknown as Response

/** Two requests on one connection: the first to /first, then one that closes it. */
const two = (server: TestServer, method = "GET") =>
  server.raw(`${method} /first HTTP/1.1\r\nHost: a\r\n\r\n${get("/second", "Host: a")}`)

const served = async (make: () => Response | Promise<Response>) => {
  let calls = 0
  const server = await serving(async (request) => {
    if (new URL(request.url).pathname === "/second") return new Response("next")
    calls++
    return make()
  })
  return Object.assign(server, { calls: () => calls })
}

describe("a content-length that the body does not have: it", () => {
  test.each<[string, ConstructorParameters<typeof Response>[0], string, string]>([
    ["longer than a text", "short", "1234", "short"],
    ["shorter than a text", "longer", "3", "longer"],
    ["of an empty text", "", "1234", ""],
    ["of no body", null, "48", ""],
    ["of bytes", new Uint8Array(3), "2", "\0\0\0"],
    ["that is no number", "text", "many", "text"],
    ["below zero", "text", "-1", "text"],
    ["of two values", "text", "4, 5", "text"],
    ["of two equal values", "text", "4, 4", "text"],
    ["in hexadecimal", "text", "0x4", "text"],
  ])("is corrected: one %s", async (_what, body, length, sent) => {
    await using server = await served(() => new Response(body, { status: 403, headers: { "content-length": length } }))
    const answer = await two(server)
    expect(answer).toContain(`content-length: ${sent.length}\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n.*\r\n\r\nnext$/s)
    expect(answer).toContain(`\r\n\r\n${sent}HTTP/1.1 200 OK`)
    expect(server.calls()).toBe(1)
    expect(server.failures).toEqual([])
  })

  test("stays in the answer to HEAD, where there is no body to hold it against", async () => {
    await using server = await served(() => new Response(null, { headers: { "content-length": "1234" } }))
    expect(await two(server, "HEAD")).toMatch(/content-length: 1234\r\n.*\r\n\r\nHTTP\/1\.1 200 OK.*next$/s)
  })

  test.each([
    ["is no number", "many"],
    ["is exceeded before the head is out", "2"],
  ])("makes way for chunks when it %s and the body is a stream", async (_what, length) => {
    await using server = await served(() => {
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(bytes.encode("first")),
        async pull(controller) {
          await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
          controller.enqueue(bytes.encode("second"))
          controller.close()
        },
      })
      return new Response(body, { headers: { "content-length": length } })
    })
    expect(await two(server)).toMatch(/transfer-encoding: chunked\r\n.*first\r\n6\r\nsecond\r\n0\r\n\r\nHTTP/is)
  })

  test.each<[string, readonly string[], string, string]>([
    ["ends early", ["one", "two"], "10", "the body ended after 6 bytes, its content-length is 10"],
    ["goes on", ["one", "twothree"], "6", "the body goes on after 3 bytes, its content-length is 6"],
  ])("cuts the answer, after its head, when a stream %s, and says so", async (_what, chunks, length, message) => {
    await using server = await served(() => new Response(stream(chunks), { headers: { "content-length": length } }))
    const answer = await server.raw("GET /first HTTP/1.1\r\nHost: a\r\n\r\n")
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 200 OK\r\n.*content-length: ${length}\r\n`, "s"))
    expect(answer).not.toContain("500")
    expect(answer.split("\r\n\r\n")[1]?.length).toBeLessThan(Number(length))
    expect(server.failures).toEqual([`GET /first: ${message}`])
    expect(server.calls()).toBe(1)
  })

  test("ends an answer that has all of it, whatever the stream still gives", async () => {
    const body = stream(["whole", "more"])
    await using server = await served(() => new Response(body, { headers: { "content-length": "5" } }))
    expect(await two(server)).toMatch(/\r\n\r\nwholeHTTP\/1\.1 200 OK.*next$/s)
  })
})

describe("what HTTP cannot carry: it", () => {
  const once = new Response("once")
  test.each<[string, () => unknown, RegExp]>([
    ["a control character in a header", () => new Response("x", { headers: { "x-a": "a\x01b" } }), /header "x-a"/],
    ["a header beyond latin-1", () => foreign({ headers: new Map([["x-a", "☃"]]) }), /header "x-a"/],
    ["a header's name", () => foreign({ headers: new Map([["x a", "1"]]) }), /header "x a"/],
    ["a line break in a header", () => foreign({ headers: new Map([["x-a", "a\r\nb: c"]]) }), /header "x-a"/],
    ["Response.error()", () => Response.error(), /status 0; statuses are 200 to 599/],
    ["a status of 101", () => foreign({ status: 101 }), /status 101/],
    ["a status of 600", () => foreign({ status: 600 }), /status 600/],
    ["a status that is no integer", () => foreign({ status: 200.5 }), /status 200\.5/],
    ["a status as text", () => foreign({ status: "200" }), /status 200/],
    ["no Response", () => ({ hello: "world" }), /returned object, not a Response/],
    ["a body that is no stream", () => foreign({ body: "text" }), /whose body is no ReadableStream/],
    [
      "a body that was read",
      async () => {
        await once.text().catch(() => undefined)
        return once
      },
      /whose body was read or sent before/,
    ],
    [
      "a body that is locked",
      () => {
        const response = new Response("x")
        response.body?.getReader()
        return response
      },
      /whose body was read or sent before/,
    ],
    [
      "a body that breaks at once",
      () => new Response(new ReadableStream({ start: (c) => c.error(new Error("broke")) })),
      /broke/,
    ],
    [
      "a chunk that is not bytes",
      () => new Response(new ReadableStream({ start: (c) => c.enqueue("text" as never) })),
      /a chunk of the body is a string/,
    ],
  ])("is a 500, once, told with method and path, and the connection goes on: %s", async (_what, make, message) => {
    await using server = await served(make as () => Response)
    const answer = await two(server)
    expect(answer).toMatch(
      /^HTTP\/1\.1 500 Internal Server Error\r\n.*\r\n\r\nInternal Server Error\nHTTP\/1\.1 200 OK.*next$/s,
    )
    expect(server.failures).toEqual([expect.stringMatching(/^GET \/first: /)])
    expect(server.failures[0]).toMatch(message)
    expect(server.calls()).toBe(1)
  })

  test("is left out where it means nothing: a reason phrase", async () => {
    for (const statusText of ["☃", "a\r\nb: c", "\x01"]) {
      await using server = await served(() => foreign({ statusText }))
      expect(await two(server)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
      expect(server.failures).toEqual([])
    }
  })

  test("is left out when it is the connection's: transfer-encoding, trailer, and what Connection names", async () => {
    const headers = {
      "transfer-encoding": "chunked",
      "content-length": "9",
      trailer: "x-t",
      te: "gzip",
      connection: "x-a",
      "x-a": "1",
    }
    await using server = await served(() => new Response("four", { headers }))
    const answer = await two(server)
    expect(answer).toMatch(/content-length: 4\r\n.*\r\n\r\nfourHTTP/s)
    expect(answer).not.toMatch(/transfer-encoding|trailer|^te:|x-a/im)
  })
})

describe("a handler that makes mistakes: it", () => {
  test("may return one Response for two requests only when it has no body", async () => {
    const empty = new Response(null, { status: 201 })
    const full = new Response("once")
    await using server = await serving(async (request) => (request.url.endsWith("/full") ? full : empty))
    const statuses = []
    for (const path of ["/", "/", "/full", "/full"]) statuses.push((await fetch(`${server.origin}${path}`)).status)
    expect(statuses).toEqual([201, 201, 200, 500])
  })

  test("does not hold up the next request when it fails in the middle of a body", async () => {
    await using server = await serving(async (request) => {
      if (request.method === "GET") return new Response("next")
      const reader = request.body?.getReader()
      await reader?.read()
      reader?.releaseLock()
      throw new Error("half-read")
    })
    const body = "x".repeat(500_000)
    const answer = await server.raw(
      `POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}${get("/second", "Host: a")}`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 500 .*next$/s)
  })

  test("is cut after its head was received, though it breaks in the turn in which that was written", async () => {
    const gzip = Uint8Array.of(0x1f, 0x8b, 0x08, 0)
    const body = () => {
      let isFirst = true
      return new ReadableStream({
        async pull(controller) {
          if (!isFirst) throw new Error("broke")
          isFirst = false
          // The head waits for these bytes, because it names a coding.
          await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
          controller.enqueue(gzip)
        },
      })
    }
    await using server = await served(() => new Response(body(), { headers: { "content-encoding": "gzip" } }))
    expect(await server.raw("GET /first HTTP/1.1\r\nHost: a\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(server.failures).toEqual(["GET /first: broke"])
  })

  test("is cut after its head was received, never before", async () => {
    const error = new Error("broke")
    await using server = await served(() => new Response(stream([], error)))
    const socket = createConnection(server.port, "127.0.0.1")
    socket.write("GET /first HTTP/1.1\r\nHost: a\r\n\r\n")
    const answer = String(Buffer.concat(await socket.toArray()))
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\n$/s)
    expect(server.failures).toEqual(["GET /first: broke"])
  })
})

test("headers named like an object's own keep their values, in requests and answers", async () => {
  await using server = await serving(async (request) => {
    const echoed = new Headers([
      ["location", "/a"],
      ["www-authenticate", "A"],
      ["www-authenticate", "B"],
    ])
    for (const name of ["constructor", "__proto__", "tostring", "hasownproperty"])
      echoed.append(name, request.headers.get(name) ?? "missing")
    return new Response(null, { status: 201, headers: echoed })
  })
  const names = ["constructor", "__proto__", "toString", "hasOwnProperty"]
  const answer = await server.raw(get("/", "Host: a", ...names.map((name) => `${name}: of ${name}`)))
  for (const name of names) expect(answer).toContain(`\r\n${name.toLowerCase()}: of ${name}\r\n`)
  expect(answer).toContain("\r\nwww-authenticate: A, B\r\n")
})
