import { describe, expect, test } from "vitest"
import { openTestGateway, type TestGateway } from "../testing/test-gateway.ts"

const HOST = "api.shop.localhost"

/** An upstream that answers everything with these bytes. */
async function answering(gateway: TestGateway, text: string): Promise<void> {
  const port = await gateway.tcpUpstream((socket) => socket.on("data", () => socket.write(text)))
  await gateway.serve(await gateway.route(HOST, [port]))
}

const body = "content-length: 2\r\n\r\nok"
/** A length that nobody knows takes another way through the gateway than one that is known. */
const requests = {
  "GET over HTTP/1.1": (gateway: TestGateway) => gateway.get(HOST),
  "POST in chunks over HTTP/1.1": (gateway: TestGateway) =>
    gateway.get(HOST, "/", { method: "POST", headers: { "transfer-encoding": "chunked" }, body: "x" }),
  "GET over HTTP/2": (gateway: TestGateway) => gateway.get2(HOST),
  "POST over HTTP/2": (gateway: TestGateway) => gateway.get2(HOST, "/", { method: "POST", body: "x" }),
}

describe.each(Object.entries(requests))("to a %s", (name, request) => {
  test.each([
    ["a trailer behind a body of known length", `HTTP/1.1 200 OK\r\ntrailer: x-sum\r\n${body}`, 200],
    ["a trailer behind no body", "HTTP/1.1 204 No Content\r\ntrailer: x-sum\r\n\r\n", 204],
    ["a trailer behind nothing new", "HTTP/1.1 304 Not Modified\r\ntrailer: x-sum\r\n\r\n", 304],
    ["a header that HTTP/2 forbids", `HTTP/1.1 200 OK\r\nhttp2-settings: x\r\n${body}`, 200],
    ["a status that HTTP/2 forbids", `HTTP/1.1 999 Strange\r\n${body}`, name.endsWith("/2") ? 502 : 999],
  ])("%s is passed on or refused, and counted as over", async (_what, text, status) => {
    await using gateway = await openTestGateway()
    await answering(gateway, text)
    expect((await request(gateway)).status).toBe(status)
    expect(gateway.running.status().inFlight).toEqual({})
  })
})

test("a path over HTTP/2 that is a whole URL goes nowhere: it would name another host to the app", async () => {
  await using gateway = await openTestGateway()
  await answering(gateway, `HTTP/1.1 200 OK\r\n${body}`)
  const headers = { ":scheme": "other", ":authority": HOST }
  const answer = await gateway.get2(HOST, "http://evil.example/x", { headers })
  expect(answer).toMatchObject({ status: 400, headers: { "x-alien-gateway": "request_invalid" } })
})
