import { once } from "node:events"
import { describe, expect, test } from "vitest"
import { get, serveHandler } from "./serve.fixture.ts"

describe("a server: it", () => {
  test("serves several requests on one connection", async () => {
    await using server = await serveHandler(async (request) => new Response(new URL(request.url).pathname))
    const answer = await server.raw(`GET /a HTTP/1.1\r\nHost: a\r\n\r\n${get("/b", "Host: a")}`)
    expect(answer.match(/^\/\w/gm)).toEqual(["/a", "/b"])
  })

  test("refuses a WebSocket with the way out, and answers other upgrades as if they had not been asked for", async () => {
    await using server = await serveHandler(async () => new Response("handled"))
    const upgrade = (protocol: string) => server.raw(get("/", `Host: a\r\nConnection: upgrade\r\nUpgrade: ${protocol}`))
    const refused = await upgrade("WebSocket")
    expect(refused).toMatch(/^HTTP\/1\.1 501 /)
    expect(refused).toMatch(/"code":"websocket_not_supported","message":"[^"]*Container/)
    expect(await upgrade("h2c")).toContain("handled")
  })

  test("closes idle connections at once", async () => {
    await using server = await serveHandler(async () => new Response("x"))
    const socket = await server.connect()
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    await once(socket, "data")
    socket.resume()
    await Promise.all([server.close(), once(socket, "close")])
  })

  test("tells a client to close when its request is answered during the shutdown", async () => {
    const received = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    await using server = await serveHandler(async () => {
      received.resolve()
      await release.promise
      return new Response("finished")
    })
    const answer = server.raw("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    await received.promise
    const closed = server.close()
    release.resolve()
    expect(await answer).toContain("finished")
    await closed
  })

  test("cuts what is still under way after the grace, and aborts its signal", async () => {
    const received = Promise.withResolvers<AbortSignal>()
    await using server = await serveHandler(async ({ signal }) => {
      received.resolve(signal)
      return new Response(new ReadableStream())
    })
    const answer = server.raw(get("/", "Host: a"))
    const signal = await received.promise
    await server.close(1)
    await answer
    if (!signal.aborted) await once(signal, "abort")
    expect(signal.reason).toMatchObject({ name: "AbortError" })
  })

  test("may be closed twice", async () => {
    await using server = await serveHandler(async () => new Response("x"))
    await Promise.all([server.close(), server.close()])
  })
})
