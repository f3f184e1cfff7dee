import { once } from "node:events"
import { pipeline } from "node:stream/promises"
import { describe, expect, test } from "vitest"
import { block, blocks, expected, fill, hashOf, MIB } from "../testing/bodies.ts"
import { openTestGateway } from "../testing/test-gateway.ts"

describe("bodies over HTTP/1.1", () => {
  test("of 32 MiB pass up and down unchanged", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((request, response) => void pipeline(request, response))
    const request = gateway.request(host, "/", { method: "POST" })
    const sent = pipeline(blocks(32), request)
    const [response] = await once(request, "response")
    expect(await hashOf(response)).toBe(await expected(32))
    await sent
  })

  test("of known length keep it, and chunked ones stay chunked", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((request, response) => {
      response.end(`${request.headers["content-length"]} ${request.headers["transfer-encoding"]}`)
      request.resume()
    })
    const sized = { method: "PUT", body: "abc", headers: { "content-length": "3" } }
    expect((await gateway.get(host, "/", sized)).body).toBe("3 undefined")
    const chunked = { method: "PUT", body: "abc", headers: { "transfer-encoding": "chunked" } }
    expect((await gateway.get(host, "/", chunked)).body).toBe("undefined chunked")
    expect((await gateway.get(host, "/", { method: "POST", headers: { "content-length": "0" } })).body).toBe(
      "0 undefined",
    )
  })

  test("with Expect: 100-continue are sent", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app(async (request, response) => response.end(await hashOf(request)))
    const request = gateway.request(host, "/", { method: "POST", headers: { expect: "100-continue" } })
    request.flushHeaders()
    await once(request, "continue")
    request.end(block)
    const [response] = await once(request, "response")
    response.setEncoding("utf8")
    expect((await response.toArray()).join("")).toBe(await expected(1))
  })

  test("arrive as they are sent: the first event of a stream is read before the last is written", async () => {
    await using gateway = await openTestGateway()
    const opened = Promise.withResolvers<(text: string | null) => void>()
    const host = await gateway.app((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders()
      opened.resolve((text) => (text === null ? response.end() : response.write(text)))
    })
    const request = gateway.request(host)
    request.end()
    // The head arrives although no byte of the body exists yet.
    const [response] = await once(request, "response")
    response.setEncoding("utf8")
    const send = await opened.promise
    send("data: 1\n\n")
    expect(await once(response, "data")).toEqual(["data: 1\n\n"])
    send("data: 2\n\n")
    expect(await once(response, "data")).toEqual(["data: 2\n\n"])
    send(null)
    await once(response, "end")
  })

  test("wait for a slow client: the upstream is held back, memory does not fill", async () => {
    await using gateway = await openTestGateway()
    let written = 0
    let writing = true
    const stalled = Promise.withResolvers<void>()
    const host = await gateway.app(async (_request, response) => {
      response.writeHead(200)
      while (writing && written < 256 * MIB) {
        if (response.write(block)) written += MIB
        else {
          written += MIB
          const drained = once(response, "drain").catch(() => {})
          const timer = setTimeout(stalled.resolve, 500)
          await drained
          clearTimeout(timer)
        }
      }
      response.end()
    })
    const request = gateway.request(host)
    request.end()
    const [response] = await once(request, "response")
    response.pause()
    await stalled.promise
    expect(written).toBeLessThan(64 * MIB)
    writing = false
    let received = 0
    for await (const chunk of response) received += chunk.length
    expect(received).toBe(written)
  })

  test("wait for a slow app: the client is held back", async () => {
    await using gateway = await openTestGateway()
    const go = Promise.withResolvers<void>()
    const host = await gateway.app(async (request, response) => {
      await go.promise
      response.end(await hashOf(request))
    })
    const request = gateway.request(host, "/", { method: "POST" })
    const sent = await fill(request)
    expect(sent).toBeLessThan(64 * MIB)
    go.resolve()
    request.end()
    const [response] = await once(request, "response")
    response.setEncoding("utf8")
    expect((await response.toArray()).join("")).toBe(await expected(sent / MIB))
  })

  test("that the app does not read are let go: it answers early and the client reads the answer", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((_request, response) => {
      response.writeHead(413).end("too large")
    })
    const request = gateway.request(host, "/", { method: "POST" })
    request.on("error", () => {})
    void pipeline(blocks(16), request).catch(() => {})
    const [response] = await once(request, "response")
    expect(response.statusCode).toBe(413)
    response.setEncoding("utf8")
    expect((await response.toArray()).join("")).toBe("too large")
  })

  test("with trailers keep them", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((_request, response) => {
      response.writeHead(200, { trailer: "x-sum" })
      response.write("body")
      response.addTrailers({ "x-sum": "42" })
      response.end()
    })
    expect(await gateway.get(host)).toMatchObject({
      body: "body",
      headers: { trailer: "x-sum" },
      trailers: { "x-sum": "42" },
    })
  })

  test("cut off by the upstream are cut off for the client: it never looks complete", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((_request, response) => {
      response.writeHead(200)
      response.write("half", () => response.destroy())
    })
    const request = gateway.request(host)
    request.end()
    const [response] = await once(request, "response")
    await expect(hashOf(response)).rejects.toMatchObject({ code: "ECONNRESET" })
  })
})
