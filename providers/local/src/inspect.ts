import { X509Certificate } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { getCACertificates } from "node:tls"
import { findEngine } from "./docker/find-engine.ts"
import { gatewayControl } from "./gateway/control.ts"
import { holderOf } from "./gateway/port-holder.ts"
import { reservedPort } from "./reserved-ports.ts"
import { socketPath } from "./runtime-directory.ts"
import { tryListening } from "./sockets-refused.ts"
import { runningLocal } from "./stop.ts"
import { canListen } from "./supervisor/ports.ts"

/** A port that this data directory has or would get. */
export interface PortFinding {
  service: "gateway" | "manager"
  port: number
  /** Chosen before; the URLs of the gateway carry it. */
  reserved: boolean
  /** Undefined where it is free. `nginx (pid 12)` */
  holder: string | undefined
}

/** How this machine is, as far as one data directory goes. */
export interface LocalFindings {
  /** Where its sockets lie, or why they cannot. */
  sockets: { directory: string } | { error: Error }
  supervisor: { pid: number; protocol: number; processes: number } | { error: Error } | undefined
  gateway: { pid: number; port: number } | undefined
  ports: PortFinding[]
  /** What runs images. */
  containers:
    | { state: "absent"; reason: string }
    | { state: "unusable"; socket: string; reason: string }
    | { state: "present"; socket: string; engine: string }
  authority:
    | { state: "absent"; certificateFile: string }
    | { state: "present"; certificateFile: string; notAfter: number; trustedBySystem: boolean }
    | { state: "unusable"; certificateFile: string; reason: string }
}

export interface InspectOptions {
  dataDirectory: string
  authorityDirectory: string
  portsFile: string
  runtimeDirectory?: string | undefined
}

const FIRST = { gateway: 8443, manager: 7400 } as const

/** Only looks: starts nothing, leaves nothing but the sockets' empty directory. */
export async function inspectLocal(options: InspectOptions): Promise<LocalFindings> {
  const { authorityDirectory, portsFile, runtimeDirectory } = options
  const dataDirectory = resolve(options.dataDirectory)
  const named = tried(() => socketPath({ dataDirectory, runtimeDirectory, name: "gateway" }))
  const path = typeof named === "string" ? named : undefined
  const refused = path === undefined ? (named as Error) : await tryListening(join(path, "..")).catch(asError)
  const [containers, supervisor, gateway, ...ports] = await Promise.all([
    inspectEngine(),
    path === undefined ? undefined : runningLocal({ dataDirectory, runtimeDirectory }).catch(asError),
    path === undefined
      ? undefined
      : gatewayControl(path)
          .status()
          .catch(() => undefined),
    ...(["gateway", "manager"] as const).map((service) => portOf(service, portsFile, dataDirectory)),
  ])
  return {
    sockets: path === undefined || refused ? { error: refused as Error } : { directory: join(path, "..") },
    supervisor:
      supervisor === undefined || supervisor instanceof Error ? supervisor && { error: supervisor } : supervisor.health,
    gateway: gateway && { pid: gateway.pid, port: gateway.port },
    ports,
    containers,
    authority: authorityIn(authorityDirectory),
  }
}

async function inspectEngine(): Promise<LocalFindings["containers"]> {
  const engine = tried(() => findEngine())
  if (engine instanceof Error) return { state: "absent", reason: engine.message }
  const { socket } = engine
  return engine.about().then(
    (about) => ({ state: "present", socket, engine: about }),
    (error: unknown) => ({ state: "unusable", socket, reason: asError(error).message }),
  )
}

async function portOf(service: "gateway" | "manager", file: string, dataDirectory: string): Promise<PortFinding> {
  const known = reservedPort({ file, service, dataDirectory })
  const port = known ?? FIRST[service]
  const holder = (await canListen(port)) ? undefined : await holderOf(port)
  return { service, port, reserved: known !== undefined, holder }
}

function authorityIn(directory: string): LocalFindings["authority"] {
  const certificateFile = join(directory, "ca.crt")
  if (!existsSync(certificateFile) && !existsSync(join(directory, "ca.key")))
    return { state: "absent", certificateFile }
  try {
    const certificate = new X509Certificate(readFileSync(certificateFile))
    readFileSync(join(directory, "ca.key"))
    const same = (pem: string) => new X509Certificate(pem).fingerprint256 === certificate.fingerprint256
    return {
      state: "present",
      certificateFile,
      notAfter: certificate.validToDate.getTime(),
      trustedBySystem: getCACertificates("system").some(same),
    }
  } catch (error) {
    return { state: "unusable", certificateFile, reason: asError(error).message }
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

function tried<T>(work: () => T): T | Error {
  try {
    return work()
  } catch (error) {
    return asError(error)
  }
}
