import { once } from "node:events"
import { constants } from "node:http2"
import { describe, expect, test, vi } from "vitest"
import { block, fill, MIB } from "../testing/bodies.ts"
import { frames } from "../testing/http2-frames.ts"
import { openTestGateway } from "../testing/test-gateway.ts"

describe("a client that goes away", () => {
  test("over HTTP/1.1 aborts the request at the app", async () => {
    await using gateway = await openTestGateway()
    const arrived = Promise.withResolvers<{ closed: Promise<unknown> }>()
    const host = await gateway.app((_request, response) => arrived.resolve({ closed: once(response, "close") }))
    const request = gateway.request(host)
    request.on("error", () => {})
    request.end()
    const { closed } = await arrived.promise
    request.destroy()
    await closed
  })

  test("over HTTP/2 aborts its request alone", async () => {
    await using gateway = await openTestGateway()
    const arrived = Promise.withResolvers<{ closed: Promise<unknown> }>()
    const host = await gateway.app((request, response) => {
      if (request.url === "/slow") arrived.resolve({ closed: once(response, "close") })
      else response.end("fine")
    })
    const session = await gateway.http2(host)
    const slow = session.request({ ":path": "/slow" })
    slow.on("error", () => {})
    const { closed } = await arrived.promise
    slow.close()
    await closed
    const next = session.request({ ":path": "/" })
    next.setEncoding("utf8")
    expect((await next.toArray()).join("")).toBe("fine")
  })

  test.each([
    ["with an error", constants.NGHTTP2_CANCEL],
    ["without one", constants.NGHTTP2_NO_ERROR],
  ])(
    "over HTTP/2 in the middle of its upload, %s, aborts the request at the app: it never looks complete",
    async (_how, code) => {
      await using gateway = await openTestGateway()
      const arrived = Promise.withResolvers<{ whole: Promise<boolean> }>()
      const host = await gateway.app((request) => {
        const whole = new Promise<boolean>((resolve) => request.once("close", () => resolve(request.complete)))
        request.on("error", () => {}).once("data", () => arrived.resolve({ whole }))
      })
      const socket = await gateway.tls(host, "h2")
      const head = { ":method": "POST", ":scheme": "https", ":authority": host, ":path": "/" }
      socket.write(Buffer.concat([frames.preface(), frames.headers(1, head), frames.data(1, "half")]))
      const { whole } = await arrived.promise
      socket.write(frames.reset(1, code))
      expect(await whole).toBe(false)
      socket.destroy()
    },
  )

  test("over HTTP/2 while the app reads nothing is not waited for, and is not answered", async () => {
    await using gateway = await openTestGateway({ drainMs: 60_000 })
    const arrived = Promise.withResolvers<() => void>()
    const host = await gateway.app((request, response) => {
      request.on("error", () => {})
      if (request.method === "GET") response.end("quick")
      else arrived.resolve(() => response.end("late"))
    })
    const stream = (await gateway.http2(host)).request({ ":method": "POST" })
    await fill(stream.on("error", () => {}))
    const answer = await arrived.promise
    stream.close(constants.NGHTTP2_NO_ERROR)
    await vi.waitUntil(() => Object.keys(gateway.running.status().inFlight).length === 0)
    answer()
    expect((await gateway.get2(host)).body).toBe("quick")
    // Waits for every stream.
    await gateway.running.close()
  })

  test("in the middle of its upload aborts the request at the app", async () => {
    await using gateway = await openTestGateway()
    const arrived = Promise.withResolvers<{ closed: Promise<unknown> }>()
    const host = await gateway.app((request) => {
      request.on("error", () => {})
      const closed = new Promise((resolve) => request.once("close", resolve))
      request.once("data", () => arrived.resolve({ closed }))
    })
    const request = gateway.request(host, "/", { method: "POST", headers: { "content-length": String(4 * MIB) } })
    request.on("error", () => {})
    request.write(block)
    const { closed } = await arrived.promise
    request.destroy()
    await closed
  })
})
