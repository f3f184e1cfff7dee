import { once } from "node:events"
import { createServer, request } from "node:http"
import type { AddressInfo } from "node:net"
import { setImmediate } from "node:timers/promises"
import { systemClock } from "@alienplatform/engine"
import { afterEach, beforeEach, expect, test } from "vitest"
import { eventually } from "../testing/temporary.ts"
import { forwardToLoopback } from "./forward-to-loopback.ts"

// Any address of 127.0.0.0/8 is this machine's on Linux; it stands for the one on a bridge.
const BRIDGE = "127.0.0.2"
const options = { clock: systemClock, tell: () => undefined }

const server = createServer((asked, answer) => asked.pipe(answer))
let port: number
beforeEach(async () => {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  port = (server.address() as AddressInfo).port
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

/** On a connection of its own. */
const ask = async (text: string): Promise<string> => {
  const asked = request({ host: BRIDGE, port, method: "POST", agent: false })
  asked.end(text)
  const [response] = await once(asked, "response")
  let body = ""
  for await (const chunk of response.setEncoding("utf8")) body += chunk
  return body
}
const isReached = () =>
  ask("x").then(
    () => true,
    () => false,
  )

test("a connection to the bridge reaches the same port of loopback, whole", async () => {
  using _ = forwardToLoopback({ address: BRIDGE, hosts: [], ports: [port] }, options)
  await eventually(isReached, Boolean)
  const large = "y".repeat(3_000_000)
  expect(await ask(large)).toBe(large)
})

test("it is shared, and ends with the last that needs it", async () => {
  const first = forwardToLoopback({ address: BRIDGE, hosts: [], ports: [port] }, options)
  const second = forwardToLoopback({ address: BRIDGE, hosts: [], ports: [port] }, options)
  await eventually(isReached, Boolean)
  first[Symbol.dispose]()
  expect(await isReached()).toBe(true)
  second[Symbol.dispose]()
  await eventually(isReached, (reached) => !reached)
})

test("an address that is not here yet is tried again, and told once", async () => {
  const told: string[] = []
  let tries = 0
  const clock = {
    now: () => 0,
    async until() {
      await setImmediate()
      tries++
    },
  }
  const held = forwardToLoopback(
    { address: "192.0.2.1", hosts: [], ports: [port] },
    { clock, tell: (text) => told.push(text) },
  )
  await eventually(
    async () => tries,
    (count) => count > 25,
  )
  held[Symbol.dispose]()
  expect(told).toEqual([expect.stringContaining("192.0.2.1 of their network cannot be listened on (EADDRNOTAVAIL)")])
})
