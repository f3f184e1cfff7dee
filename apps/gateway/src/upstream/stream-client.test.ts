import { once } from "node:events"
import { createServer } from "node:http"
import { expect, test, vi } from "vitest"
import { openTestGateway } from "../testing/test-gateway.ts"

const HOST = "api.shop.localhost"
const CHUNKED = { method: "POST", headers: { "transfer-encoding": "chunked" } }

test("a body of unknown length goes to the next upstream when the first refuses: no byte of it is lost", async () => {
  await using gateway = await openTestGateway()
  const alive = await gateway.upstream((request, response) => request.pipe(response))
  await gateway.serve(await gateway.route(HOST, [await gateway.freePort(), alive]))
  for (const body of ["one", "two"])
    expect(await gateway.get(HOST, "/", { ...CHUNKED, body })).toMatchObject({ status: 200, body })
})

test("every method keeps the framing of its body", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((request, response) => request.pipe(response))
  for (const method of ["GET", "DELETE", "OPTIONS", "PATCH"])
    expect(await gateway.get(host, "/", { ...CHUNKED, method, body: "body" })).toMatchObject({
      status: 200,
      body: "body",
    })
})

test("the app has its time from the last byte on: it is answered with 504 after that", async () => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((request) => request.resume(), { timeoutSeconds: 1 })
  expect(await gateway.get(host, "/", { ...CHUNKED, body: "text" })).toMatchObject({
    status: 504,
    headers: { "x-alien-gateway": "upstream_timeout" },
  })
})

test("a connection that is lost before an answer is answered with 502, and nothing is sent twice", async () => {
  await using gateway = await openTestGateway()
  let calls = 0
  const host = await gateway.app((request) => {
    calls++
    request.socket.destroy()
  })
  expect(await gateway.get(host, "/", { ...CHUNKED, body: "once" })).toMatchObject({ status: 502 })
  expect(calls).toBe(1)
})

test("an answer that is no HTTP is answered with 502 and said", async () => {
  await using gateway = await openTestGateway()
  const port = await gateway.tcpUpstream((socket) => socket.end("220 mail.example ESMTP\r\n"))
  await gateway.serve(await gateway.route(HOST, [port]))
  const told = { status: 502, body: expect.stringContaining("its answer is none that HTTP can pass on") }
  expect(await gateway.get(HOST, "/", { ...CHUNKED, body: "x" })).toMatchObject(told)
  expect(await gateway.get(HOST)).toMatchObject(told)
})

test("a client that leaves within its body ends the request at the app", async () => {
  await using gateway = await openTestGateway()
  const arrived = Promise.withResolvers<{ whole: Promise<boolean> }>()
  const host = await gateway.app((request) => {
    request.on("error", () => {})
    arrived.resolve({ whole: new Promise((resolve) => request.once("close", () => resolve(request.complete))) })
  })
  const request = gateway.request(host, "/", CHUNKED).on("error", () => {})
  request.write("half")
  const { whole } = await arrived.promise
  request.destroy()
  expect(await whole).toBe(false)
  await vi.waitUntil(() => Object.keys(gateway.running.status().inFlight).length === 0)
})

test("connections are used again, and closed once the table no longer names their port", async () => {
  await using gateway = await openTestGateway()
  const opened: Promise<unknown>[] = []
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => request.pipe(response))
  server.on("connection", (socket) => opened.push(once(socket, "close")))
  await gateway.serve(await gateway.route(HOST, [await gateway.upstream(server)]))
  for (const body of ["1", "2", "3"]) expect((await gateway.get(HOST, "/", { ...CHUNKED, body })).body).toBe(body)
  expect(opened).toHaveLength(1)
  await gateway.serve()
  await Promise.all(opened)
})
