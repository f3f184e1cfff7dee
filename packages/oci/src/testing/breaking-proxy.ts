import { once } from "node:events"
import { type AddressInfo, connect, createServer } from "node:net"

/** Passes TCP on to a port of this machine, and breaks the first connection that sent `bytes`. */
export async function startBreakingProxy(to: string, bytes: number) {
  let broken = false
  const server = createServer((client) => {
    const upstream = connect(Number(to.split(":")[1]), "127.0.0.1")
    let sent = 0
    client.on("data", (chunk) => {
      sent += chunk.length
      upstream.write(chunk)
      if (broken || sent < bytes) return
      broken = true
      // What was passed on arrives; nobody answers any more.
      upstream.end()
      client.destroy()
    })
    upstream.on("data", (chunk) => client.writable && client.write(chunk))
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on("error", () => other.destroy())
      one.on("end", () => other.end())
    }
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    registry: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    isBroken: () => broken,
    [Symbol.dispose]: () => void server.close(),
  }
}
