import { once } from "node:events"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import type { Clock } from "@alienplatform/engine"
import { expect, test } from "vitest"
import { untilUnhealthy } from "./health.ts"

async function app(listener: RequestListener) {
  const server = createServer(listener).listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  return { port, [Symbol.asyncDispose]: async () => void server.close().closeAllConnections() }
}

/** Moves to whenever is waited for, and remembers the waits. */
function jumpingClock() {
  let now = 0
  const waits: number[] = []
  const clock: Clock = {
    now: () => now,
    until: async (time) => {
      waits.push(time - now)
      now = time
    },
  }
  return { clock, waits }
}

const spec = { method: "GET", path: "/up?deep=1", at: 0, timeoutSeconds: 5, failureThreshold: 3 }

test("it asks every five seconds, and tells what it saw once the failures in a row are as many as allowed", async () => {
  const answers = [200, 500, 500, 302, 500, 503, 500]
  const urls: unknown[] = []
  await using server = await app((request, response) => {
    urls.push(`${request.method} ${request.url}`)
    response.writeHead(answers.shift() ?? 200).end("no database")
  })
  const { clock, waits } = jumpingClock()
  let passes = 0
  const seen = await untilUnhealthy({
    spec,
    address: { host: "127.0.0.1", port: server.port },
    clock,
    signal: new AbortController().signal,
    passed: () => passes++,
  })
  expect(seen).toBe(
    `GET http://127.0.0.1:${server.port}/up?deep=1 answered 500: no database (3 failures in a row), expected a status from 200 to 399`,
  )
  expect(waits).toEqual(Array(7).fill(5000))
  expect(new Set(urls)).toEqual(new Set(["GET /up?deep=1"]))
  expect(passes).toBe(2)
})

test("it counts no answer and none in time as failures", async () => {
  const open = await app(() => {})
  const silent = {
    spec: { ...spec, timeoutSeconds: 0.02, failureThreshold: 1 },
    address: { host: "127.0.0.1" as const, port: open.port },
    passed: () => {},
  }
  const { clock } = jumpingClock()
  const { signal } = new AbortController()
  expect(await untilUnhealthy({ ...silent, clock, signal })).toContain("nothing within 0.02 s) (1 failure)")
  await open[Symbol.asyncDispose]()
  expect(await untilUnhealthy({ ...silent, clock, signal })).toContain("ECONNREFUSED")
})

test("it ends without a word when it is told to", async () => {
  const over = new AbortController()
  await using server = await app((_, response) => {
    over.abort()
    response.writeHead(500).end()
  })
  const { clock } = jumpingClock()
  const options = {
    spec: { ...spec, failureThreshold: 1 },
    address: { host: "127.0.0.1" as const, port: server.port },
    clock,
    signal: over.signal,
  }
  expect(await untilUnhealthy({ ...options, passed: () => {} })).toBeUndefined()
})
