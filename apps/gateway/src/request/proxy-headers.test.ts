import type { IncomingHttpHeaders } from "node:http"
import { describe, expect, test } from "vitest"
import { openTestGateway } from "../testing/test-gateway.ts"

describe("headers", () => {
  test("tell the app how the client reached it, and nothing of the client's own claims: it replaces them", async () => {
    await using gateway = await openTestGateway()
    let seen: IncomingHttpHeaders = {}
    const host = await gateway.app((request, response) => {
      seen = request.headers
      response.end()
    })
    await gateway.get(host, "/", { headers: { "x-forwarded-for": "6.6.6.6", te: "trailers", "x-own": "1" } })
    const authority = `${host}:${gateway.running.port}`
    expect(seen).toMatchObject({
      host: authority,
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-host": authority,
      "x-forwarded-proto": "https",
      "x-forwarded-port": String(gateway.running.port),
      forwarded: `for=127.0.0.1;host="${authority}";proto=https`,
      "x-own": "1",
    })
    expect(seen.te).toBeUndefined()
  })

  test("of an answer that are hop-by-hop or the gateway's own do not reach the client", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((_request, response) => {
      response.setHeader("connection", "keep-alive, x-internal")
      response.setHeader("x-internal", "1")
      response.setHeader("x-alien-gateway", "pretended")
      response.setHeader("x-kept", "1")
      response.end("ok")
    })
    const { headers } = await gateway.get(host)
    expect(headers["x-internal"]).toBeUndefined()
    expect(headers["x-alien-gateway"]).toBeUndefined()
    expect(headers["x-kept"]).toBe("1")
  })

  test("with latin-1 values pass unchanged", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((request, response) => {
      response.setHeader("x-echo", request.headers["x-name"] ?? "")
      response.end()
    })
    expect((await gateway.get(host, "/", { headers: { "x-name": "caf\u00e9" } })).headers["x-echo"]).toBe("caf\u00e9")
  })

  test("of the answers to HEAD and of 204 and 304 pass without a body", async () => {
    await using gateway = await openTestGateway()
    const host = await gateway.app((request, response) => {
      const status = Number(request.url?.slice(1))
      if (request.method === "HEAD") response.setHeader("content-length", "1234")
      response.writeHead(status).end()
    })
    expect(await gateway.get(host, "/200", { method: "HEAD" })).toMatchObject({
      status: 200,
      headers: { "content-length": "1234" },
      body: "",
    })
    expect(await gateway.get(host, "/204")).toMatchObject({ status: 204, body: "" })
    expect(await gateway.get(host, "/304")).toMatchObject({ status: 304, body: "" })
  })
})
