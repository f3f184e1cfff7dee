import { once } from "node:events"
import { existsSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { createServer } from "node:net"
import { expect, test } from "vitest"
import { containerListeners, isReachedAt, ownPid } from "./container-listeners.ts"

const listener = (host: string, port = 8080) => ({ host, port, inode: "1" })

test("it counts what an engine reaches from outside: not the container's loopback", () => {
  expect(isReachedAt(8080, [listener("0.0.0.0")])).toBe(true)
  expect(isReachedAt(8080, [listener("[::]")])).toBe(true)
  expect(isReachedAt(8080, [listener("10.89.0.2")])).toBe(true)
  expect(isReachedAt(8080, [listener("127.0.0.1"), listener("[::1]"), listener("0.0.0.0", 80)])).toBe(false)
})

test.skipIf(!existsSync("/proc/self/net/tcp"))("it reads who listens in the network of a process", async () => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  expect(containerListeners(process.pid)).toContainEqual(expect.objectContaining({ host: "127.0.0.1", port }))
  server.close()
  expect(containerListeners(2 ** 30)).toBeUndefined()
})

test("it takes no process of this machine for one of an engine elsewhere", () => {
  expect(ownPid(process.pid, { container: "f".repeat(64), mark: "not ours" })).toBeUndefined()
  expect(ownPid(0, { container: "f".repeat(64), mark: "" })).toBeUndefined()
})
