import { once } from "node:events"
import { ClientRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders, type RequestListener } from "node:http"
import type { ClientHttp2Stream } from "node:http2"
import type { Readable, Writable } from "node:stream"
import { describe, expect, test } from "vitest"
import { block, fill, MIB } from "../testing/bodies.ts"
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts"

interface Exchange {
  /** The client's body. */
  body: Writable
  /** Once the head of the answer is there. */
  answer: Promise<{ headers: IncomingHttpHeaders; body: Readable }>
}

type Open = (gateway: TestGateway, host: string, headers?: OutgoingHttpHeaders) => Promise<Exchange>

const over1: Open = async (gateway, host, headers) => {
  const request = gateway.request(host, "/", { method: "POST", ...(headers && { headers }) })
  const answer = Promise.withResolvers<{ headers: IncomingHttpHeaders; body: Readable }>()
  request.once("response", (body) => answer.resolve({ headers: body.headers, body }))
  request.on("error", () => {}).flushHeaders()
  return { body: request, answer: answer.promise }
}

const over2: Open = async (gateway, host, headers) => {
  const stream = (await gateway.http2(host)).request(
    { ":method": "POST", ...headers },
    { waitForTrailers: headers?.trailer !== undefined },
  )
  const answer = Promise.withResolvers<{ headers: IncomingHttpHeaders; body: Readable }>()
  stream.once("response", (received) => answer.resolve({ headers: received, body: stream }))
  stream.on("error", () => {})
  return { body: stream, answer: answer.promise }
}

function sendTrailers(body: Writable, trailers: Record<string, string>): void {
  if (body instanceof ClientRequest) body.addTrailers(trailers)
  else body.once("wantTrailers", () => (body as ClientHttp2Stream).sendTrailers(trailers))
}

describe.each<[string, Open, "get" | "get2"]>([
  ["HTTP/1.1", over1, "get"],
  ["HTTP/2", over2, "get2"],
])("over %s", (_name, open, get) => {
  test("an event reaches the client before the next is written: nothing is collected", async () => {
    await using gateway = await openTestGateway()
    const opened = Promise.withResolvers<(text: string) => void>()
    const host = await gateway.app((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders()
      opened.resolve((text) => response.write(text))
    })
    const { answer } = await open(gateway, host)
    const { headers, body } = await answer
    expect(headers["content-type"]).toBe("text/event-stream")
    const send = await opened.promise
    for (const event of ["data: 1\n\n", "data: 2\n\n"]) {
      send(event)
      expect(String(await once(body, "data"))).toBe(event)
    }
    body.destroy()
  })

  test("both sides talk at once: an answer to the first part of a body comes before the second is sent", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((request, response) => request.pipe(response))
    const { body, answer } = await open(gateway, host)
    for (const part of ["one", "two"]) {
      body.write(part)
      expect(String(await once((await answer).body, "data"))).toBe(part)
    }
    body.end()
    await once((await answer).body.resume(), "end")
  })

  test("a client that does not read holds the app back: memory does not fill", async () => {
    await using gateway = await openTestGateway()
    const stalled = Promise.withResolvers<number>()
    const host = await gateway.app(async (_request, response) => {
      let written = 0
      while (written < 256 * MIB && !response.destroyed) {
        written += MIB
        if (response.write(block)) continue
        const timer = setTimeout(stalled.resolve, 500, written)
        await once(response, "drain").catch(() => {})
        clearTimeout(timer)
      }
      stalled.resolve(written)
    })
    const { answer } = await open(gateway, host)
    const { body } = await answer
    body.pause()
    expect(await stalled.promise).toBeLessThan(64 * MIB)
    body.destroy()
  })

  test("an app that does not read holds the client back", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app(() => {})
    const { body } = await open(gateway, host)
    expect(await fill(body)).toBeLessThan(64 * MIB)
    body.destroy()
  })

  test("the app is told how the client reached it, whatever the client says; hop-by-hop headers stay here", async () => {
    await using gateway = await openTestGateway()
    let seen: IncomingHttpHeaders = {}
    const host = await gateway.app((request, response) => {
      seen = request.headers
      response
        .writeHead(200, { connection: "close, x-hop", "x-hop": "1", "keep-alive": "timeout=5", "x-kept": "1" })
        .end()
    })
    const forged = {
      "x-forwarded-for": "6.6.6.6",
      "x-forwarded-proto": "http",
      forwarded: "for=6.6.6.6",
      te: "trailers",
    }
    const { headers } = await gateway[get](host, "/", { headers: forged })
    expect(seen).toMatchObject({
      ...{
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "https",
        "x-forwarded-port": String(gateway.running.port),
      },
      forwarded: expect.stringMatching(/^for=127.0.0.1;host="api.shop.localhost:\d+";proto=https$/),
    })
    expect(seen.te).toBeUndefined()
    expect(headers["x-kept"]).toBe("1")
    expect(headers["x-hop"]).toBeUndefined()
  })

  test("HEAD has the headers of GET and no body, also where the gateway answers", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((_request, response) => response.writeHead(200, { "content-length": "5" }).end())
    expect(await gateway[get](host, "/", { method: "HEAD" })).toMatchObject({
      ...{ status: 200, body: "" },
      headers: { "content-length": "5" },
    })
    await gateway.serve(await gateway.route(host, []))
    const refused = await gateway[get](host, "/", { method: "HEAD" })
    expect(refused).toMatchObject({ status: 503, body: "", headers: { "x-alien-gateway": "no_upstream" } })
    expect(Number(refused.headers["content-length"])).toBeGreaterThan(0)
  })

  test("trailers of a request reach the app, but for those that would come late or lie", async () => {
    await using gateway = await openTestGateway()
    const seen = Promise.withResolvers<unknown>()
    const host = await gateway.app(async (request, response) => {
      const body = (await request.setEncoding("utf8").toArray()).join("")
      seen.resolve({ body, trailers: request.trailers, trailer: request.headers.trailer })
      response.end()
    })
    const { body, answer } = await open(gateway, host, { trailer: "x-sum" })
    const trailers = {
      "x-sum": "12",
      constructor: "c",
      host: "evil.example",
      "x-forwarded-for": "6.6.6.6",
      cookie: "a=b",
    }
    sendTrailers(body, trailers)
    body.end("text")
    expect(await seen.promise).toEqual({
      body: "text",
      trailers: { "x-sum": "12", constructor: "c" },
      trailer: "x-sum",
    })
    ;(await answer).body.resume()
  })

  test("100 Continue is sent to who waits for it", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((request, response) => request.pipe(response))
    const { body, answer } = await open(gateway, host, { expect: "100-continue" })
    await once(body, "continue")
    body.end("after")
    expect((await (await answer).body.setEncoding("utf8").toArray()).join("")).toBe("after")
  })

  test("an answer that the app cuts off is visibly incomplete, with a known length or without", async () => {
    await using gateway = await openTestGateway()
    const listener: RequestListener = (request, response) => {
      response.writeHead(200, request.headers["x-sized"] ? { "content-length": "100" } : {})
      response.write("half", () => response.destroy())
    }
    const host = await gateway.app(listener)
    for (const headers of [{}, { "x-sized": "1" }]) await expect(gateway[get](host, "/", { headers })).rejects.toThrow()
    // The connection of an HTTP/2 client outlives its stream.
    const { answer } = await open(gateway, host)
    await expect((await answer).body.toArray()).rejects.toThrow()
  })
})
