import { once } from "node:events"
import { networkInterfaces } from "node:os"
import { expect, test } from "vitest"
import { openTestGateway } from "./testing/test-gateway.ts"

test("serves an upstream over verified TLS: it answers HTTP/1.1", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((request, response) => {
    response.setHeader("x-app", "yes")
    response.end(`${request.method} ${request.url}`)
  })
  const answer = await gateway.get(host, "/a/b?c=d%20e")
  expect(answer).toMatchObject({ status: 200, body: "GET /a/b?c=d%20e", headers: { "x-app": "yes" } })
})

test("serves HTTP/2 to clients that want it: it negotiates by ALPN", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((request, response) => {
    response.writeHead(201, { "set-cookie": ["a=1", "b=2"] })
    response.end(`${request.method} ${request.url} ${request.headers.cookie}`)
  })
  const session = await gateway.http2(host)
  const stream = session.request({ ":path": "/x?y=1", cookie: ["k=1", "l=2"] })
  const [headers] = await once(stream, "response")
  let body = ""
  for await (const chunk of stream) body += chunk
  expect(session.alpnProtocol).toBe("h2")
  expect(headers).toMatchObject({ ":status": 201, "set-cookie": ["a=1", "b=2"] })
  expect(body).toBe("GET /x?y=1 k=1; l=2")
})

const ipv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === "::1"))

test.runIf(ipv6)("serves on ::1 too: it tells the app the client's address", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((request, response) => response.end(`${request.headers["x-forwarded-for"]}`))
  expect(await gateway.get(host, "/", { host: "::1" })).toMatchObject({ status: 200, body: "::1" })
})
