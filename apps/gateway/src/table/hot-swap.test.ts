import { once } from "node:events"
import type { TLSSocket } from "node:tls"
import { GatewayStatus } from "@alienplatform/provider-local/gateway-table"
import { expect, test, vi } from "vitest"
import { control } from "../testing/control.ts"
import { openWorld } from "../testing/world.ts"

const HOST = "api.shop.localhost"

test("a new upstream takes over under load: no request fails", async () => {
  await using world = await openWorld()
  const ports = await Promise.all(
    ["old", "new"].map((name) => world.upstream((_request, response) => response.end(name))),
  )
  const routes = await Promise.all(ports.map((port) => world.route(HOST, [port])))
  await world.serve(...routes.slice(0, 1))
  const seen: string[] = []
  let running = true
  const client = async () => {
    while (running) {
      const { status, body } = await world.get(HOST)
      seen.push(`${status} ${body}`)
    }
  }
  const clients = Array.from({ length: 8 }, client)
  for (let turn = 1; turn <= 10; turn++) {
    const before = seen.length
    await world.serve(...routes.slice(turn % 2, (turn % 2) + 1))
    await vi.waitUntil(() => seen.length > before + 20)
  }
  running = false
  await Promise.all(clients)
  expect(new Set(seen)).toEqual(new Set(["200 old", "200 new"]))
})

test("a request under way when its route goes is answered to its end", async () => {
  await using world = await openWorld()
  const held = Promise.withResolvers<(text: string) => void>()
  const host = await world.app((_request, response) => held.resolve((text) => response.end(text)))
  const answer = world.get(host)
  const release = await held.promise
  await world.serve()
  release("done")
  expect(await answer).toMatchObject({ status: 200, body: "done" })
})

test("a renewed certificate is shown to new connections, and open ones go on", async () => {
  await using world = await openWorld()
  const port = await world.upstream((_request, response) => response.end("ok"))
  const ask = async (socket: TLSSocket) => {
    socket.write(`GET / HTTP/1.1\r\nhost: ${HOST}\r\n\r\n`)
    return String(await once(socket, "data"))
  }
  await world.serve(await world.route(HOST, [port]))
  const first = await world.tls(HOST)
  await world.serve(await world.route(HOST, [port]))
  const second = await world.tls(HOST)
  expect(second.getPeerCertificate().fingerprint256).not.toBe(first.getPeerCertificate().fingerprint256)
  expect(await ask(first)).toMatch(/^HTTP\/1.1 200 /)
  expect(await ask(second)).toMatch(/^HTTP\/1.1 200 /)
  first.destroy()
  second.destroy()
})

test("a table written without a nudge is taken within a poll", async () => {
  await using world = await openWorld({ poll: 10 })
  const port = await world.upstream((_request, response) => response.end("ok"))
  await world.write(JSON.stringify({ format: 1, version: 7, routes: [await world.route(HOST, [port])] }))
  await vi.waitUntil(() => world.gateway.status().version === 7)
  expect(await world.get(HOST)).toMatchObject({ status: 200 })
})

test.each([
  ["half a ta", "is not JSON"],
  ['{"format":2,"version":9,"routes":[]}', "format"],
])("the table %s keeps the one before and is reported until a good one comes", async (text, why) => {
  await using world = await openWorld()
  const host = await world.app((_request, response) => response.end("ok"))
  await world.write(text)
  const { body } = await control(world, "POST", "/reload")
  expect(GatewayStatus.parse(body)).toMatchObject({
    version: 1,
    tableProblem: { code: "route_table_invalid", message: expect.stringContaining(why) },
  })
  expect(await world.get(host)).toMatchObject({ status: 200 })
  await world.serve()
  expect(world.gateway.status().tableProblem).toBeUndefined()
})

test("a route whose certificate cannot be loaded is rejected alone, and taken once the files are there", async () => {
  await using world = await openWorld({ poll: 10 })
  const port = await world.upstream((_request, response) => response.end("ok"))
  const { chain, key, sha256 } = await world.authority.issue("late.localhost")
  const late = { chainFile: "late.crt", keyFile: "late.key", sha256 }
  const wrong = await world.authority.issue("else.localhost")
  await world.writeFile("wrong.crt", wrong.chain)
  await world.writeFile("wrong.key", wrong.key)
  const outside = { chainFile: "../x.crt", keyFile: "../x.key", sha256 }
  const routes = await Promise.all([
    world.route(HOST, [port]),
    world.route("late.localhost", [port], { certificate: late }),
    world.route("outside.localhost", [port], { certificate: outside }),
    world.route("mismatch.localhost", [port], {
      certificate: { chainFile: "wrong.crt", keyFile: "wrong.key", sha256: wrong.sha256 },
    }),
    world.route("swapped.localhost", [port], {
      certificate: { chainFile: "wrong.crt", keyFile: "late.key", sha256: "other" },
    }),
    world.route(HOST, [port], { key: "dep_b/again" }),
  ])
  await world.serve(...routes)
  const rejected = () =>
    Object.fromEntries(Object.entries(world.gateway.status().rejected).map(([route, { code }]) => [route, code]))
  expect(rejected()).toEqual({
    "dep_a/late.localhost": "certificate_unreadable",
    "dep_a/outside.localhost": "certificate_unreadable",
    "dep_a/mismatch.localhost": "certificate_host_mismatch",
    "dep_a/swapped.localhost": "certificate_unreadable",
    "dep_b/again": "route_host_taken",
  })
  expect(await world.get(HOST)).toMatchObject({ status: 200 })
  await world.writeFile("late.crt", chain)
  await world.writeFile("late.key", key)
  await vi.waitUntil(() => rejected()["dep_a/late.localhost"] === undefined)
  expect(await world.get("late.localhost")).toMatchObject({ status: 200 })
})
