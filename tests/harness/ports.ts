import { randomInt } from "node:crypto"
import { mkdir, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import type { Sandbox } from "./sandbox.ts"

/** Ports of a data directory. */
export interface Ports {
  manager: number
  gateway: number
}

/** Reserves ports for a data directory, so that no other journey takes them while its manager or gateway is down. */
export async function reservePorts({ home, dataDirectory }: Sandbox): Promise<Ports> {
  const ports = { manager: await unusedPort(), gateway: await unusedPort() }
  const services = { manager: { [dataDirectory]: ports.manager }, gateway: { [dataDirectory]: ports.gateway } }
  await mkdir(join(home, "config"), { recursive: true })
  await writeFile(join(home, "config", "ports.json"), JSON.stringify({ format: 1, services }))
  return ports
}

/** Finds a free port below those that systems and workloads are given, and above 10080, which `fetch` refuses. */
export async function unusedPort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_081, 20_000)
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true))
    })
    if (!free) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}
