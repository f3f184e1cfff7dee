import { once } from "node:events"
import { createServer } from "node:http"
import { gzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { get, serving } from "./serve.fixture.ts"

const bytes = new TextEncoder()

/** A body of chunks that a test hands out one by one. */
function controlled() {
  let controller: ReadableStreamDefaultController<unknown> | undefined
  const cancelled = Promise.withResolvers<unknown>()
  const stream = new ReadableStream({
    start(given) {
      controller = given
    },
    cancel: cancelled.resolve,
  })
  return {
    stream,
    send: (chunk: unknown) => controller?.enqueue(typeof chunk === "string" ? bytes.encode(chunk) : chunk),
    fail: (error: Error) => controller?.error(error),
    cancelled: cancelled.promise,
  }
}

describe("a response: it", () => {
  test("carries status, status text, headers and body", async () => {
    await using server = await serving(
      async () => new Response("made", { status: 201, statusText: "Made Here", headers: { "x-a": "1", "X-B": "é" } }),
    )
    const answer = await server.raw(get("/", "Host: a"))
    expect(answer).toMatch(/^HTTP\/1\.1 201 Made Here\r\n/)
    expect(answer).toContain("x-a: 1\r\nx-b: é\r\n")
    expect(answer).toContain("made")
  })

  test("sends each cookie in its own header", async () => {
    await using server = await serving(async () => {
      const headers = new Headers([
        ["set-cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"],
        ["set-cookie", "b=2"],
      ])
      return new Response(null, { headers })
    })
    const response = await fetch(server.origin)
    expect(response.headers.getSetCookie()).toEqual(["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"])
  })

  test("has no body but the declared length for HEAD, and cancels the handler's body", async () => {
    const body = controlled()
    await using server = await serving(async () => new Response(body.stream, { headers: { "content-length": "1234" } }))
    const answer = await server.raw("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-length: 1234\r\n/)
    expect(answer).toMatch(/\r\n\r\n$/)
    await body.cancelled
  })

  test.each([
    [204, undefined],
    [205, "0"],
    [304, "5"],
  ])("ends with its head for %i, whatever length the handler declares", async (status, length) => {
    await using server = await serving(async () => new Response(null, { status, headers: { "content-length": "5" } }))
    const answer = await server.raw(get("/", "Host: a"))
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).toMatch(/\r\n\r\n$/)
    expect(/content-length: (.*)\r/i.exec(answer)?.[1]).toBe(length)
    expect(answer).not.toMatch(/transfer-encoding/i)
    expect(server.failures).toEqual([])
  })

  test.each<[string, () => Promise<void>, string[]]>([
    ["never lets go", () => new Promise(() => {}), []],
    ["breaks", () => Promise.reject(new Error("broke")), ["HEAD /: broke"]],
  ])("to HEAD does not wait for a body that %s when it is cancelled", async (_what, cancel, failures) => {
    await using server = await serving(
      async ({ method }) => new Response(method === "HEAD" ? new ReadableStream({ cancel }) : "next"),
    )
    const answers = await server.raw(`HEAD / HTTP/1.1\r\nHost: a\r\n\r\n${get("/", "Host: a")}`)
    expect(answers.match(/^HTTP.*$/gm)).toEqual(["HTTP/1.1 200 OK", "HTTP/1.1 200 OK"])
    expect(answers).toContain("next")
    expect(server.failures).toEqual(failures)
  })

  test.each([204, 304])("has neither body nor framing for %i", async (status) => {
    await using server = await serving(async () => new Response(null, { status, headers: { etag: `"1"` } }))
    const answer = await server.raw(get("/", "Host: a"))
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} .*\\r\\netag: "1"\\r\\n`))
    expect(answer).toMatch(/\r\n\r\n$/)
    expect(answer).not.toMatch(/content-length|transfer-encoding/i)
  })

  test("drops the handler's connection headers", async () => {
    await using server = await serving(
      async () =>
        new Response("x", { headers: { "transfer-encoding": "gzip", connection: "upgrade", upgrade: "h2c" } }),
    )
    const answer = await server.raw(get("/", "Host: a"))
    expect(answer).not.toMatch(/gzip|upgrade/i)
    expect(answer).toMatch(/content-length: 1\r\n.*\r\n\r\nx$/s)
  })

  test("passes on what fetch answered, decoded", async () => {
    const packed = gzipSync("unpacked")
    const origin = createServer((_request, response) =>
      response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length }).end(packed),
    ).listen(0, "127.0.0.1")
    await once(origin, "listening")
    const address = origin.address()
    const port = typeof address === "object" && address ? address.port : 0
    await using server = await serving(() => fetch(`http://127.0.0.1:${port}/`))
    expect(await (await fetch(server.origin)).text()).toBe("unpacked")
    origin.close()
    origin.closeAllConnections()
  })

  test("sends headers before the first chunk exists, and each chunk as it comes", async () => {
    const body = controlled()
    await using server = await serving(
      async () => new Response(body.stream, { headers: { "content-type": "text/event-stream" } }),
    )
    const response = await fetch(server.origin)
    expect(response.headers.get("content-type")).toBe("text/event-stream")
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    body.send("data: 1\n\n")
    expect(await reader?.read()).toMatchObject({ value: "data: 1\n\n" })
    body.send("data: 2\n\n")
    expect(await reader?.read()).toMatchObject({ value: "data: 2\n\n" })
  })

  test("cancels a stream that never ends when the client goes away", async () => {
    const body = controlled()
    await using server = await serving(async () => new Response(body.stream))
    const client = new AbortController()
    const response = await fetch(server.origin, { signal: client.signal })
    body.send("first")
    await response.body?.getReader().read()
    client.abort()
    expect(await body.cancelled).toMatchObject({ name: "AbortError" })
    expect(server.failures).toEqual([])
  })

  test("waits for a slow client: an endless body is not read ahead of it", async () => {
    let produced = 0
    const idle = Promise.withResolvers<void>()
    const cancelled = Promise.withResolvers<unknown>()
    let timer: NodeJS.Immediate | undefined
    // Idle = not asked for another chunk for 1,000 turns of the event loop.
    const watch = (turns: number) => {
      if (turns === 0) idle.resolve()
      else timer = setImmediate(() => watch(turns - 1))
    }
    await using server = await serving(
      async () =>
        new Response(
          new ReadableStream({
            pull(controller) {
              if (timer) clearImmediate(timer)
              produced += 65_536
              controller.enqueue(new Uint8Array(65_536))
              watch(1_000)
            },
            cancel: cancelled.resolve,
          }),
        ),
    )
    const socket = await server.connect()
    socket.pause()
    socket.write(get("/", "Host: a"))
    await idle.promise
    expect(produced).toBeLessThan(32_000_000)
    socket.destroy()
    await cancelled.promise
  })

  test.each<[string, () => unknown, string]>([
    [
      "throws",
      () => {
        throw new Error("secret detail")
      },
      "secret detail",
    ],
    ["rejects", () => Promise.reject(new Error("secret detail")), "secret detail"],
    ["returns nothing", () => undefined, "fetch returned undefined, not a Response"],
    ["returns a string", () => "hello", "fetch returned string, not a Response"],
    [
      "returns Response.error()",
      () => Response.error(),
      "fetch returned a Response with status 0; statuses are 200 to 599",
    ],
  ])("is a plain 500 when the handler %s", async (_case, fetch, message) => {
    await using server = await serving(fetch as () => Promise<Response>)
    const answer = await server.raw(get("/a?token=secret", "Host: a"))
    expect(answer).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/)
    expect(answer).not.toMatch(/secret|at .*\.ts/)
    expect(server.failures).toEqual([`GET /a: ${message}`])
  })

  test("is a plain 500 when the body breaks before its first chunk", async () => {
    await using server = await serving(async () => {
      const body = controlled()
      body.fail(new Error("broke"))
      return new Response(body.stream, { headers: { "x-private": "1" } })
    })
    const answer = await server.raw(get("/", "Host: a"))
    expect(answer).toMatch(/^HTTP\/1\.1 500 /)
    expect(answer).not.toContain("x-private")
  })

  test.each<[string, (body: ReturnType<typeof controlled>) => void, string]>([
    ["breaks", (body) => body.fail(new Error("broke")), "broke"],
    ["gives a chunk that is not bytes", (body) => body.send(42), "a chunk of the body is a number, not bytes"],
  ])("is cut off when the body %s after the headers", async (_case, breakIt, message) => {
    const body = controlled()
    await using server = await serving(async () => new Response(body.stream))
    const response = await fetch(server.origin)
    body.send("first")
    const reader = response.body?.getReader()
    await reader?.read()
    breakIt(body)
    await expect(reader?.read()).rejects.toThrow("terminated")
    expect(server.failures).toEqual([`GET /: ${message}`])
  })
})
