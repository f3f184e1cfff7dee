import { once } from "node:events"
import { describe, expect, test } from "vitest"
import { get, serving } from "./serve.fixture.ts"

describe("a request: it", () => {
  test("carries method, headers and body", async () => {
    await using server = await serving(async (request) =>
      Response.json({ method: request.method, header: request.headers.get("x-a"), body: await request.text() }),
    )
    const response = await fetch(server.origin, { method: "PATCH", headers: { "x-a": "é" }, body: "snow ☃" })
    expect(await response.json()).toEqual({ method: "PATCH", header: "é", body: "snow ☃" })
  })

  test("keeps every repeated header", async () => {
    await using server = await serving(async (request) => new Response(request.headers.get("x-a")))
    expect(await server.raw(get("/", "Host: a", "X-A: 1", "x-a: 2"))).toContain("1, 2")
  })

  test.each(["GET", "HEAD", "DELETE", "POST"])("has no body for %s without content", async (method) => {
    const seen: unknown[] = []
    await using server = await serving(async (request) => {
      seen.push(request.body)
      return new Response(null)
    })
    await fetch(server.origin, { method })
    expect(seen).toEqual([null])
  })

  test("ignores the body of a GET and serves the next request on the connection", async () => {
    await using server = await serving(async (request) => new Response(new URL(request.url).pathname))
    const answer = await server.raw(
      `GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello${get("/b", "Host: a")}`,
    )
    expect(answer.match(/^\/\w/gm)).toEqual(["/a", "/b"])
  })

  test("streams: the first chunk is seen before the last is sent, and answered at once", async () => {
    await using server = await serving(async (request) => new Response(request.body))
    const sent = new TransformStream<Uint8Array, Uint8Array>()
    const writer = sent.writable.getWriter()
    const bytes = new TextEncoder()
    void writer.write(bytes.encode("one"))
    const response = await fetch(server.origin, { method: "POST", body: sent.readable, duplex: "half" })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    expect(await reader?.read()).toMatchObject({ value: "one" })
    void writer.write(bytes.encode("two"))
    expect(await reader?.read()).toMatchObject({ value: "two" })
    await writer.close()
    expect(await reader?.read()).toMatchObject({ done: true })
  })

  test("carries a large body through unchanged", async () => {
    await using server = await serving(async (request) => new Response(request.body))
    const body = Buffer.alloc(20_000_000, "0123456789abcdef")
    const response = await fetch(server.origin, { method: "POST", body })
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true)
  })

  test("waits for the handler: an unread body stops the sender", async () => {
    const received = Promise.withResolvers<Request>()
    const release = Promise.withResolvers<void>()
    await using server = await serving(async (request) => {
      received.resolve(request)
      await release.promise
      return new Response(String((await request.arrayBuffer()).byteLength))
    })
    const size = 64_000_000
    const socket = await server.connect()
    socket.write(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${size}\r\n\r\n`)
    socket.write(Buffer.alloc(size))
    await received.promise
    expect(socket.writableLength).toBeGreaterThan(0)
    release.resolve()
    let answer = ""
    for await (const chunk of socket) answer += String(chunk)
    expect(answer).toContain(String(size))
  })

  test.each<[string, (request: Request) => Promise<unknown>]>([
    ["never reads", async () => undefined],
    ["cancels", async (request) => request.body?.cancel()],
    [
      "leaves after one chunk",
      async (request) => {
        const reader = request.body?.getReader()
        await reader?.read()
        reader?.releaseLock()
      },
    ],
    [
      "breaks out of",
      async (request) => {
        for await (const _chunk of request.body ?? []) break
      },
    ],
  ])("serves the next request on the connection when the handler %s a body", async (_case, read) => {
    await using server = await serving(async (request) => {
      if (request.method === "POST") await read(request)
      return new Response(new URL(request.url).pathname)
    })
    const body = "x".repeat(500_000)
    const answer = await server.raw(
      `POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}${get("/b", "Host: a")}`,
    )
    expect(answer.match(/^\/\w/gm)).toEqual(["/a", "/b"])
  })

  test("aborts its signal and its body when the client goes away", async () => {
    const received = Promise.withResolvers<Request>()
    const aborted = Promise.withResolvers<unknown>()
    const cut = Promise.withResolvers<unknown>()
    await using server = await serving(async (request) => {
      request.signal.addEventListener("abort", () => aborted.resolve(request.signal.reason))
      received.resolve(request)
      await request.text().catch(cut.resolve)
      return new Response("too late")
    })
    const socket = await server.connect()
    socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
    await received.promise
    socket.destroy()
    expect(await aborted.promise).toMatchObject({ name: "AbortError" })
    expect(await cut.promise).toMatchObject({ code: "ECONNRESET" })
    expect(server.failures).toEqual([])
  })

  test("does not abort its signal after a complete answer", async () => {
    const signals: AbortSignal[] = []
    await using server = await serving(async ({ signal }) => {
      signals.push(signal)
      return new Response("done")
    })
    const socket = await server.connect()
    socket.write(get("/", "Host: a"))
    socket.resume()
    await once(socket, "close")
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  })

  test("answers 400 to a method that the standard forbids", async () => {
    await using server = await serving(async () => new Response("reached"))
    const answer = await server.raw("TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  })
})
