import { expect, test } from "vitest"
import { probeHost } from "./probe.ts"
import { probeTcp } from "./probe-tcp.ts"
import { tcpServer } from "./testing/servers.ts"

const host = "dev.localhost"
const at = (port: number) => ({ host, connect: { address: "127.0.0.1", port }, timeoutMs: 5000, holdMs: 20 })

test("it is ok when the connection stays open, and as soon as the other side speaks", async () => {
  await using silent = await tcpServer(() => {})
  expect(await probeTcp(at(silent.port))).toEqual({ outcome: "ok", status: null, certificate: null })
  await using talking = await tcpServer((socket) => socket.write("220 ready\r\n"))
  expect(await probeTcp({ ...at(talking.port), holdMs: 600_000 })).toMatchObject({ outcome: "ok" })
})

test("it fails when the connection is accepted and closed at once, as a front without an upstream does", async () => {
  await using front = await tcpServer((socket) => socket.end())
  expect(await probeTcp({ ...at(front.port), holdMs: 600_000 })).toMatchObject({
    outcome: "failed",
    code: "probe_failed",
    phase: "answer",
    observed: "closed at once",
  })
})

test("it fails when nobody accepts", async () => {
  const server = await tcpServer(() => {})
  const { port } = server
  await server[Symbol.asyncDispose]()
  expect(await probeTcp(at(port))).toMatchObject({ outcome: "failed", phase: "connect", observed: "ECONNREFUSED" })
})

test("it gives up when it is told to", async () => {
  const over = new AbortController()
  await using server = await tcpServer(() => over.abort())
  const options = { ...at(server.port), holdMs: 600_000, signal: over.signal }
  expect(await probeTcp(options)).toEqual({ outcome: "given_up" })
  expect(await probeTcp(options)).toEqual({ outcome: "given_up" })
})

test("it is how a host with a tcp probe is asked, but never at a metadata address", async () => {
  await using server = await tcpServer((socket) => socket.write("hello"))
  const options = { ...at(server.port), kind: "tcp", port: server.port, isFrontAnswer: () => false } as const
  expect(await probeHost(options)).toMatchObject({ outcome: "ok", status: null })
  const metadata = { address: "169.254.169.254", port: 80 }
  expect(await probeHost({ ...options, connect: metadata })).toMatchObject({ outcome: "not_possible" })
})
