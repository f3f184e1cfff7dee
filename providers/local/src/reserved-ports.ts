import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { parseJson, problem } from "@alienplatform/core"
import { makeDirectorySync } from "@alienplatform/core/make-directory"
import { z } from "zod"
import { takeLock } from "./supervisor/lock.ts"
import { canListen } from "./supervisor/ports.ts"

/** `ports.json`: which data directory of this user has which port, by service. */
const Reservations = z.object({
  format: z.literal(1),
  services: z.record(z.string(), z.record(z.string(), z.int().min(1).max(65535))),
})
type Reservations = z.infer<typeof Reservations>

const CANDIDATES = 100

export interface ReserveOptions {
  /** `ports.json` of the user. */
  file: string
  /** `gateway`, `manager`. */
  service: string
  dataDirectory: string
  /** The first port to try. */
  from: number
}

/**
 * The port of a service of this data directory, chosen on the first call and the same ever after. Reservations of data
 * directories that are gone are dropped. Throws `ports_exhausted`, `ports_file_unreadable`.
 */
export async function reservePort({ file, service, dataDirectory, from }: ReserveOptions): Promise<number> {
  const directory = resolve(dataDirectory)
  const known = read(file).services[service]?.[directory]
  if (known !== undefined) return known
  const free: number[] = []
  for (let port = from; port < from + CANDIDATES && port <= 65_535; port++) if (await canListen(port)) free.push(port)
  return locked(file, () => {
    const { services } = read(file)
    const chosen = services[service]?.[directory]
    if (chosen !== undefined) return chosen
    const kept = Object.fromEntries(Object.entries(services).map(([name, ports]) => [name, withoutGone(ports)]))
    const taken = new Set(Object.values(kept).flatMap((ports) => Object.values(ports)))
    const port = free.find((candidate) => !taken.has(candidate))
    if (port === undefined)
      throw problem("ports_exhausted", {
        message: `none of the ports ${from} to ${from + CANDIDATES - 1} is free for the ${service} of ${directory}; stop programs that listen there`,
      })
    write(file, { format: 1, services: { ...kept, [service]: { ...kept[service], [directory]: port } } })
    return port
  })
}

/** The port reserved for a service, undefined where none was chosen yet. Throws `ports_file_unreadable`. */
export const reservedPort = ({ file, service, dataDirectory }: Omit<ReserveOptions, "from">): number | undefined =>
  read(file).services[service]?.[resolve(dataDirectory)]

/** What any service of any data directory of this user has; none while the file cannot be read. */
export function reservedPorts(file: string): ReadonlySet<number> {
  try {
    return new Set(Object.values(read(file).services).flatMap((ports) => Object.values(withoutGone(ports))))
  } catch {
    return new Set()
  }
}

const withoutGone = (ports: Record<string, number>) =>
  Object.fromEntries(Object.entries(ports).filter(([directory]) => existsSync(directory)))

/** The section does not wait for anything, so two callers of one process cannot meet in it. */
function locked<T>(file: string, section: () => T): T {
  makeDirectorySync(dirname(file), 0o700)
  const lock = takeLock(`${file}.lock`, 5000)
  if (!lock)
    throw problem("ports_file_locked", {
      message: `${file} is being written by another process for more than 5 s; try again`,
    })
  try {
    return section()
  } finally {
    lock.close()
  }
}

function read(file: string): Reservations {
  if (!existsSync(file)) return { format: 1, services: {} }
  const parsed = Reservations.safeParse(parseJson(readFileSync(file, "utf8")))
  if (parsed.success) return parsed.data
  throw problem("ports_file_unreadable", {
    message: `${file} is damaged (${parsed.error.issues[0]?.message}); remove it, ports are then chosen again`,
  })
}

function write(file: string, reservations: Reservations): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(reservations, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
