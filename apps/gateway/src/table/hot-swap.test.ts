import { once } from "node:events"
import type { TLSSocket } from "node:tls"
import { GatewayStatus } from "@alienplatform/provider-local/gateway-table"
import { expect, test, vi } from "vitest"
import { control } from "../testing/control.ts"
import { openTestGateway } from "../testing/test-gateway.ts"

const HOST = "api.shop.localhost"

test("a new upstream takes over under load: no request fails", async () => {
  await using gateway = await openTestGateway()
  const ports = await Promise.all(
    ["old", "new"].map((name) => gateway.upstream((_request, response) => response.end(name))),
  )
  const routes = await Promise.all(ports.map((port) => gateway.route(HOST, [port])))
  await gateway.serve(...routes.slice(0, 1))
  const seen: string[] = []
  let running = true
  const client = async () => {
    while (running) {
      const { status, body } = await gateway.get(HOST)
      seen.push(`${status} ${body}`)
    }
  }
  const clients = Array.from({ length: 8 }, client)
  for (let turn = 1; turn <= 10; turn++) {
    const before = seen.length
    await gateway.serve(...routes.slice(turn % 2, (turn % 2) + 1))
    await vi.waitUntil(() => seen.length > before + 20)
  }
  running = false
  await Promise.all(clients)
  expect(new Set(seen)).toEqual(new Set(["200 old", "200 new"]))
})

test("a request under way when its route goes is answered to its end", async () => {
  await using gateway = await openTestGateway()
  const held = Promise.withResolvers<(text: string) => void>()
  const host = await gateway.app((_request, response) => held.resolve((text) => response.end(text)))
  const answer = gateway.get(host)
  const release = await held.promise
  await gateway.serve()
  release("done")
  expect(await answer).toMatchObject({ status: 200, body: "done" })
})

test("a renewed certificate is shown to new connections, and open ones go on", async () => {
  await using gateway = await openTestGateway()
  const port = await gateway.upstream((_request, response) => response.end("ok"))
  const ask = async (socket: TLSSocket) => {
    socket.write(`GET / HTTP/1.1\r\nhost: ${HOST}\r\n\r\n`)
    return String(await once(socket, "data"))
  }
  await gateway.serve(await gateway.route(HOST, [port]))
  const first = await gateway.tls(HOST)
  await gateway.serve(await gateway.route(HOST, [port]))
  const second = await gateway.tls(HOST)
  expect(second.getPeerCertificate().fingerprint256).not.toBe(first.getPeerCertificate().fingerprint256)
  expect(await ask(first)).toMatch(/^HTTP\/1.1 200 /)
  expect(await ask(second)).toMatch(/^HTTP\/1.1 200 /)
  first.destroy()
  second.destroy()
})

test("a table written without a nudge is taken within a poll", async () => {
  await using gateway = await openTestGateway({ pollMs: 10 })
  const port = await gateway.upstream((_request, response) => response.end("ok"))
  await gateway.write(JSON.stringify({ format: 1, version: 7, routes: [await gateway.route(HOST, [port])] }))
  await vi.waitUntil(() => gateway.running.status().version === 7)
  expect(await gateway.get(HOST)).toMatchObject({ status: 200 })
})

test.each([
  ["half a ta", "is not JSON"],
  ['{"format":2,"version":9,"routes":[]}', "format"],
])("the table %s keeps the one before and is reported until a good one comes", async (text, why) => {
  await using gateway = await openTestGateway()
  const host = await gateway.app((_request, response) => response.end("ok"))
  await gateway.write(text)
  const { body } = await control(gateway, "POST", "/reload")
  expect(GatewayStatus.parse(body)).toMatchObject({
    version: 1,
    tableProblem: { code: "route_table_invalid", message: expect.stringContaining(why) },
  })
  expect(await gateway.get(host)).toMatchObject({ status: 200 })
  await gateway.serve()
  expect(gateway.running.status().tableProblem).toBeUndefined()
})

test("a route whose certificate cannot be loaded is rejected alone, and taken once the files are there", async () => {
  await using gateway = await openTestGateway({ pollMs: 10 })
  const port = await gateway.upstream((_request, response) => response.end("ok"))
  const { chain, key, sha256 } = await gateway.authority.issue("late.localhost")
  const late = { chainFile: "late.crt", keyFile: "late.key", sha256 }
  const wrong = await gateway.authority.issue("else.localhost")
  await gateway.writeFile("wrong.crt", wrong.chain)
  await gateway.writeFile("wrong.key", wrong.key)
  const outside = { chainFile: "../x.crt", keyFile: "../x.key", sha256 }
  const routes = await Promise.all([
    gateway.route(HOST, [port]),
    gateway.route("late.localhost", [port], { certificate: late }),
    gateway.route("outside.localhost", [port], { certificate: outside }),
    gateway.route("mismatch.localhost", [port], {
      certificate: { chainFile: "wrong.crt", keyFile: "wrong.key", sha256: wrong.sha256 },
    }),
    gateway.route("swapped.localhost", [port], {
      certificate: { chainFile: "wrong.crt", keyFile: "late.key", sha256: "other" },
    }),
    gateway.route(HOST, [port], { key: "dep_b/again" }),
  ])
  await gateway.serve(...routes)
  const rejected = () =>
    Object.fromEntries(Object.entries(gateway.running.status().rejected).map(([route, { code }]) => [route, code]))
  expect(rejected()).toEqual({
    "dep_a/late.localhost": "certificate_unreadable",
    "dep_a/outside.localhost": "certificate_unreadable",
    "dep_a/mismatch.localhost": "certificate_host_mismatch",
    "dep_a/swapped.localhost": "certificate_unreadable",
    "dep_b/again": "route_host_taken",
  })
  expect(await gateway.get(HOST)).toMatchObject({ status: 200 })
  await gateway.writeFile("late.crt", chain)
  await gateway.writeFile("late.key", key)
  await vi.waitUntil(() => rejected()["dep_a/late.localhost"] === undefined)
  expect(await gateway.get("late.localhost")).toMatchObject({ status: 200 })
})
