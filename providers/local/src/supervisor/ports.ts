import { randomInt } from "node:crypto"
import { connect, createServer } from "node:net"
import { problem } from "@alienplatform/core"
import type { Clock } from "@alienplatform/engine"
import type { LoopbackAddress, LoopbackHost } from "../loopback.ts"

/**
 * Below the ephemeral ports of Linux (32768-60999) and macOS (49152-65535): the port of a workload that is just being
 * restarted is not taken by an outgoing connection.
 */
const FIRST = 20_000
const LAST = 32_767
const ATTEMPTS = 200

/** A port that nobody listens on, on either loopback address, and that is not in `taken`. Throws `ports_exhausted`. */
export async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(FIRST, LAST + 1)
    if (!taken.has(port) && (await isFree(port))) return port
  }
  throw problem("ports_exhausted", {
    message: `no free loopback port was found between ${FIRST} and ${LAST} in ${ATTEMPTS} attempts; stop programs that listen there`,
  })
}

export interface ChoosePorts {
  count: number
  /** Kept as far as they go, but for those in `lost`. */
  had: readonly number[]
  lost?: readonly number[]
  taken: ReadonlySet<number>
}

/** Loopback ports, none of them in `taken`. Throws `ports_exhausted`. */
export async function choosePorts({ count, had, lost = [], taken }: ChoosePorts): Promise<number[]> {
  const avoided = new Set([...taken, ...had])
  const ports: number[] = []
  for (let index = 0; index < count; index++) {
    const before = had[index]
    const port = before === undefined || lost.includes(before) ? await freePort(avoided) : before
    avoided.add(port)
    ports.push(port)
  }
  return ports
}

/** What the run before left behind may hold a port for a moment. */
const LOOKS = 10
const LOOK_MS = 50

/** Finds the ports of a stopped workload that somebody else holds. */
export async function findLostPorts(ports: readonly number[], clock: Clock, signal: AbortSignal): Promise<number[]> {
  for (let look = 1; ; look++) {
    const usable = await Promise.all(ports.map((port) => isFree(port)))
    const lost = ports.filter((_, index) => !usable[index])
    if (lost.length === 0 || look === LOOKS || signal.aborted) return lost
    await clock.until(clock.now() + LOOK_MS, signal)
  }
}

/** Nobody else may be found where a program is expected: a machine may have no IPv6, a stranger must not have it. */
async function isFree(port: number): Promise<boolean> {
  const [ipv4, ipv6] = await Promise.all([listenError("127.0.0.1", port), listenError("::1", port)])
  return ipv4 === undefined && ipv6 !== "EADDRINUSE" && ipv6 !== "EACCES"
}

/** Could a server listen on this port of 127.0.0.1 now? */
export const canListen = async (port: number): Promise<boolean> => (await listenError("127.0.0.1", port)) === undefined

/** Why a server could not listen there, as the system says it. */
const listenError = (host: LoopbackHost, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once("error", (error) => resolve("code" in error ? String(error.code) : "unknown"))
    const options = { host, port, exclusive: true, ipv6Only: host === "::1" }
    server.listen(options, () => server.close(() => resolve(undefined)))
  })

/** Does anything accept TCP connections there? */
export const acceptsConnections = ({ host, port }: LoopbackAddress): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 })
    const finish = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once("connect", () => finish(true))
    socket.once("error", () => finish(false))
    socket.once("timeout", () => finish(false))
  })

/** An engine closes a connection within this when nothing listens in the container that it leads to. */
const REFUSED_WITHIN_MS = 200

/** Does something accept TCP connections there, and keep them? */
export const keepsConnections = ({ host, port }: LoopbackAddress): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port })
    const finish = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(REFUSED_WITHIN_MS, () => finish(!socket.connecting))
    // A program may speak first, or end the connection after it did.
    socket.once("data", () => finish(true))
    socket.once("end", () => finish(false))
    socket.once("error", () => finish(false))
  })
