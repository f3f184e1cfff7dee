import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { dirname } from "node:path"
import { problem } from "@alienplatform/core"
import type { Context } from "../context.ts"
import { userPaths } from "../user-paths.ts"

const FIRST = 7400
const TRIES = 200

const SERVICE = "manager"

/** By service, then by data directory: `ports.json`, which the local platform writes too. */
interface Reservations {
  format: 1
  services: Record<string, Record<string, number>>
}

/**
 * The port of a data directory: the one that it had before, else the first from 7400 that is free and nobody's.
 * A port of its own that somebody else has taken meanwhile is given up for another one, which is then kept.
 */
export async function choosePort(
  data: string,
  context: Pick<Context, "env" | "home">,
  free: (port: number) => Promise<boolean> = isFree,
): Promise<number> {
  const path = userPaths(context).ports
  const { services } = await readPorts(path)
  const reserved = services[SERVICE] ?? {}
  const own = reserved[data]
  if (own !== undefined && (await free(own))) return own
  const taken = new Set(Object.values(services).flatMap((ports) => Object.values(ports)))
  for (let port = FIRST; port < FIRST + TRIES; port++) {
    if (taken.has(port) || !(await free(port))) continue
    const next: Reservations = { format: 1, services: { ...services, [SERVICE]: { ...reserved, [data]: port } } }
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const draft = `${path}.${process.pid}.tmp`
    await writeFile(draft, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 })
    await rename(draft, path)
    return port
  }
  throw problem("ports_exhausted", {
    message: `no port from ${FIRST} to ${FIRST + TRIES - 1} is free on 127.0.0.1`,
    hint: "name one with --port",
  })
}

/** Can a server listen there now? */
export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once("error", () => resolve(false))
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)))
  })

async function readPorts(path: string): Promise<Reservations> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, "utf8"))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { format: 1, services: {} }
  }
  if (isReservations(value)) return value
  throw problem("ports_file_unreadable", {
    message: `${path} is damaged`,
    hint: "remove it; ports are then chosen again",
  })
}

const isReservations = (value: unknown): value is Reservations =>
  isRecord(value) &&
  value.format === 1 &&
  isRecord(value.services) &&
  Object.values(value.services).every(
    (ports) => isRecord(ports) && Object.values(ports).every((port) => Number.isInteger(port)),
  )

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
