import { once } from "node:events"
import { pipeline } from "node:stream/promises"
import { describe, expect, test } from "vitest"
import { blocks, expected, fill, hashOf } from "../testing/bodies.ts"
import { openTestGateway } from "../testing/test-gateway.ts"

describe("bodies over HTTP/2", () => {
  test("of 32 MiB pass up and down unchanged", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((request, response) => void pipeline(request, response))
    const stream = (await gateway.http2(host)).request({ ":method": "POST" })
    void pipeline(blocks(32), stream, { end: true }).catch(() => {})
    expect(await hashOf(stream)).toBe(await expected(32))
  })

  test.each([
    ["POST", "0", "0 undefined"],
    ["POST", undefined, "undefined chunked"],
    ["DELETE", "0", "undefined undefined"],
    ["GET", undefined, "undefined chunked"],
  ])(
    "of a %s of length %s that end behind the headers are complete: the app answers",
    async (method, length, framing) => {
      await using gateway = await openTestGateway()
      const alive = await gateway.upstream(async (request, response) => {
        const { "content-length": length, "transfer-encoding": coding } = request.headers
        response.end(`${length} ${coding}, ${(await request.toArray()).length} chunks`)
      })
      // Time passes until the app reads: a refusal, a connection that is made, one that is used again.
      await gateway.serve(await gateway.route("api.shop.localhost", [await gateway.freePort(), alive]))
      const session = await gateway.http2("api.shop.localhost")
      for (let count = 0; count < 3; count++) {
        const headers = { ":method": method, ...(length && { "content-length": length }) }
        const stream = session.request(headers, { endStream: false })
        stream.end()
        expect((await stream.setEncoding("utf8").toArray()).join("")).toBe(`${framing}, 0 chunks`)
      }
    },
  )

  test("of no bytes, as their length tells, are not waited for", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((_request, response) => response.end("answer"))
    const session = await gateway.http2(host)
    const stream = session.request({ ":method": "POST", "content-length": "0" }, { endStream: false })
    expect((await stream.setEncoding("utf8").toArray()).join("")).toBe("answer")
  })

  test("of many streams at once stay apart", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((request, response) => response.end(`answer ${request.url}`))
    const session = await gateway.http2(host)
    const bodies = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const stream = session.request({ ":path": `/${index}` })
        stream.setEncoding("utf8")
        return (await stream.toArray()).join("")
      }),
    )
    expect(bodies).toEqual(Array.from({ length: 100 }, (_, index) => `answer /${index}`))
  })

  test("with trailers keep them", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((_request, response) => {
      response.writeHead(200, { trailer: "grpc-status" })
      response.write("body")
      response.addTrailers({ "grpc-status": "0" })
      response.end()
    })
    const stream = (await gateway.http2(host)).request({ ":path": "/" })
    stream.resume()
    const [trailers] = await once(stream, "trailers")
    expect(trailers).toMatchObject({ "grpc-status": "0" })
  })

  test("that the app does not read are let go: it answers early and stops the upload", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((_request, response) => {
      response.writeHead(413).end("too large")
    })
    const stream = (await gateway.http2(host)).request({ ":method": "POST" })
    stream.on("error", () => {})
    void pipeline(blocks(16), stream, { end: false }).catch(() => {})
    const [headers] = await once(stream, "response")
    expect(headers[":status"]).toBe(413)
    stream.resume()
    await once(stream, "close")
  })

  test("of which the app left something unread are over with their answer: nothing keeps the connection", async () => {
    await using gateway = await openTestGateway({ drainMs: 60_000 })
    const answer = Promise.withResolvers<void>()
    const host = await gateway.app(async (_request, response) => {
      await answer.promise
      response.writeHead(413).end()
    })
    const stream = (await gateway.http2(host)).request({ ":method": "POST" })
    await fill(stream.on("error", () => {}))
    answer.resolve()
    await once(stream.resume(), "close")
    await gateway.running.close()
  })

  test("cut off by the upstream reset the stream, not the connection", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((request, response) => {
      if (request.url === "/whole") response.end("whole")
      else response.writeHead(200).write("half", () => response.destroy())
    })
    const session = await gateway.http2(host)
    const stream = session.request({ ":path": "/half" })
    await expect(hashOf(stream)).rejects.toMatchObject({ code: "ERR_HTTP2_STREAM_ERROR" })
    const next = session.request({ ":path": "/whole" })
    next.setEncoding("utf8")
    expect((await next.toArray()).join("")).toBe("whole")
  })
})
