import { spawn } from "node:child_process"
import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import { expect, test } from "vitest"
import { HAS_IPV6 } from "../testing/temporary.ts"
import { findHost } from "./find-host.ts"
import { processGroupOf } from "./identity.ts"
import { freePort } from "./ports.ts"

const ours = processGroupOf(process.pid)

const listen = async (host: string, port = 0) => {
  const server = createServer().listen({ host, port, ipv6Only: true })
  await once(server, "listening")
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: async () => void server.close() }
}

test("it finds nothing where nobody listens", async () => {
  expect(await findHost(await freePort(new Set()), ours)).toBeUndefined()
})

test.runIf(HAS_IPV6)("it prefers 127.0.0.1, and takes ::1 where a program listens there alone", async () => {
  await using ipv6 = await listen("::1")
  expect(await findHost(ipv6.port, ours)).toBe("::1")
  await using _ipv4 = await listen("127.0.0.1", ipv6.port)
  expect(await findHost(ipv6.port, ours)).toBe("127.0.0.1")
})

test.runIf(HAS_IPV6 && process.platform === "linux")("it does not take a stranger on ::1 for the program", async () => {
  const program = `const server = require("node:net").createServer().listen(0, "::1", () => console.log(server.address().port))`
  const stranger = spawn(process.execPath, ["--eval", program], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  })
  try {
    const [line] = await once(stranger.stdout, "data")
    expect(await findHost(Number(line), ours)).toBeUndefined()
    expect(await findHost(Number(line), stranger.pid)).toBe("::1")
  } finally {
    stranger.kill("SIGKILL")
  }
})
