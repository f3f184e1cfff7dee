import { once } from "node:events"
import { connect, createServer, type Server, type Socket } from "node:net"
import type { Clock } from "@alienplatform/engine"
import type { NeighboursSpec } from "./protocol.ts"

/** Until the address can be listened on: an engine makes the bridge with its first container. */
const AGAIN_MS = 500
/** After so many tries in vain the workload is told; it goes on. */
const TRIES_UNTOLD = 10

interface ForwardOptions {
  clock: Clock
  /** Hears what keeps a port from being reached; once. */
  tell: (text: string) => void
}

interface Forwarded {
  users: number
  ending: AbortController
}

/** By address and port: containers of one network share it. */
const forwarded = new Map<string, Forwarded>()

/**
 * Passes connections to ports of the machine's address on a bridge network on to the same ports of its loopback, where the
 * gateway listens: containers on that network reach it, and nobody else does. Disposing ends it with the last of its users.
 */
export function forwardToLoopback({ address, ports }: NeighboursSpec, options: ForwardOptions): Disposable {
  const held = ports.map((port) => hold(address, port, options))
  return {
    [Symbol.dispose]() {
      for (const release of held.splice(0)) release()
    },
  }
}

function hold(address: string, port: number, options: ForwardOptions): () => void {
  const key = `${address}:${port}`
  const shared = forwarded.get(key) ?? { users: 0, ending: new AbortController() }
  forwarded.set(key, shared)
  if (shared.users++ === 0) void listen(address, port, options, shared.ending.signal)
  return () => {
    if (--shared.users > 0) return
    forwarded.delete(key)
    shared.ending.abort()
  }
}

async function listen(host: string, port: number, { clock, tell }: ForwardOptions, signal: AbortSignal): Promise<void> {
  for (let tries = 1; !signal.aborted; tries++) {
    const server = createServer({ allowHalfOpen: true }, (socket) => passOn(socket, port))
    const refused = await refusalOf(server, { host, port })
    if (refused === undefined) {
      if (signal.aborted) server.close()
      else signal.addEventListener("abort", () => server.close(), { once: true })
      return
    }
    if (tries === TRIES_UNTOLD)
      tell(
        `containers do not reach port ${port} of this machine: ${host} of their network cannot be listened on (${refused})`,
      )
    await clock.until(clock.now() + AGAIN_MS, signal)
  }
}

async function refusalOf(server: Server, at: { host: string; port: number }): Promise<string | undefined> {
  try {
    server.listen(at)
    await once(server, "listening")
    server.on("error", () => undefined)
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}

/** What ends at one side ends at the other; a connection that is half closed stays so. */
function passOn(from: Socket, port: number): void {
  const to = connect({ host: "127.0.0.1", port, allowHalfOpen: true })
  from.on("error", () => to.destroy())
  to.on("error", () => from.destroy())
  from.pipe(to).pipe(from)
}
