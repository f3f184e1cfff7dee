import { once } from "node:events"
import { createServer as createHttpServer } from "node:http"
import type { AddressInfo } from "node:net"
import { createServer } from "node:net"
import { systemClock } from "@alienplatform/engine"
import { expect, test } from "vitest"
import { ownerOf, testLocal } from "../testing/local.ts"
import { eventually, HAS_IPV6, programSpec } from "../testing/temporary.ts"
import { Readiness, type ReadinessProps } from "./readiness.ts"

const gate = (machine: Awaited<ReturnType<typeof testLocal>>, props: ReadinessProps, later = 0) =>
  Readiness.read({
    props,
    owner: ownerOf("web/readiness"),
    name: "n",
    local: { ...machine.local, clock: { ...systemClock, now: () => Date.now() + later } },
  })

test("it takes a connection from what speaks no HTTP, at the port it is told to ask", async () => {
  await using machine = await testLocal()
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  const props = { ports: [1, port], object: "none", by: "connection", at: 1 } as const
  expect(await gate(machine, { ...props, ports: [1, port] })).toMatchObject({
    status: "settled",
    attributes: { ports: [1, port], port0: 1, port1: port },
  })
  server.close()
  await once(server, "close")
  expect(await gate(machine, { ...props, ports: [1, port] })).toMatchObject({
    status: { waiting: { on: "gate", code: "probe_failed", message: `127.0.0.1:${port} accepts no connection` } },
  })
})

test.runIf(HAS_IPV6)("it asks a program that listens on ::1 alone there", async () => {
  await using machine = await testLocal()
  const server = createHttpServer((_request, response) => response.end("ok")).listen(0, "::1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  const ports = [`[::1]:${port}` as const]
  expect(await gate(machine, { ports, object: "none" })).toMatchObject({
    id: `[::1]:${port}`,
    status: "settled",
    attributes: { ports, port0: ports[0] },
  })
  expect(await gate(machine, { ports, object: "none", by: "connection" })).toMatchObject({ status: "settled" })
  server.close()
})

test("it takes a program without ports as ready once it has lived for a second", async () => {
  await using machine = await testLocal()
  const { local } = machine
  await local.supervisor.put(programSpec(local.dataDirectory, "setInterval(() => {}, 1000)", { ports: [] }))
  await eventually(
    () => local.supervisor.get("api_process"),
    (now) => now?.status === "running",
  )
  const props: ReadinessProps = { ports: [], object: "api_process", by: "life" }
  expect(await gate(machine, props, -60_000)).toMatchObject({ status: "changing" })
  expect(await gate(machine, props, 60_000)).toMatchObject({ id: "api_process", status: "settled" })
  expect(await gate(machine, { ...props, object: "none" })).toMatchObject({
    status: { waiting: { message: "the program does not run, it is not supervised" } },
  })
})
