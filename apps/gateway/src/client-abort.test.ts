import { once } from "node:events"
import { describe, expect, test } from "vitest"
import { block, MIB } from "./testing/bodies.ts"
import { openWorld } from "./testing/world.ts"

describe("a client that goes away", () => {
  test("over HTTP/1.1 aborts the request at the app", async () => {
    await using world = await openWorld()
    const arrived = Promise.withResolvers<{ closed: Promise<unknown> }>()
    const host = await world.app((_request, response) => arrived.resolve({ closed: once(response, "close") }))
    const request = world.request(host)
    request.on("error", () => {})
    request.end()
    const { closed } = await arrived.promise
    request.destroy()
    await closed
  })

  test("over HTTP/2 aborts its request alone", async () => {
    await using world = await openWorld()
    const arrived = Promise.withResolvers<{ closed: Promise<unknown> }>()
    const host = await world.app((request, response) => {
      if (request.url === "/slow") arrived.resolve({ closed: once(response, "close") })
      else response.end("fine")
    })
    const session = await world.http2(host)
    const slow = session.request({ ":path": "/slow" })
    slow.on("error", () => {})
    const { closed } = await arrived.promise
    slow.close()
    await closed
    const next = session.request({ ":path": "/" })
    next.setEncoding("utf8")
    expect((await next.toArray()).join("")).toBe("fine")
  })

  test("in the middle of its upload aborts the request at the app", async () => {
    await using world = await openWorld()
    const arrived = Promise.withResolvers<{ closed: Promise<unknown> }>()
    const host = await world.app((request) => {
      request.on("error", () => {})
      const closed = new Promise((resolve) => request.once("close", resolve))
      request.once("data", () => arrived.resolve({ closed }))
    })
    const request = world.request(host, "/", { method: "POST", headers: { "content-length": String(4 * MIB) } })
    request.on("error", () => {})
    request.write(block)
    const { closed } = await arrived.promise
    request.destroy()
    await closed
  })
})
