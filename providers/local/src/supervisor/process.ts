/**
 * One run of a workload's program, kept running by the supervisor.
 *
 * What the program is made from replaces: the new process starts beside the old one, on ports of its own, and the old
 * one goes when nothing refers to it any more and its requests have ended. The key in the supervisor follows from the owner, so a create that is
 * repeated finds itself. A crash ends `settled` and comes back to it when the next start succeeds.
 */
import { join } from "node:path"
import { hashOf } from "@alienplatform/core"
import { defineNode, type Owner } from "@alienplatform/engine"
import { unpackArtifact } from "../artifacts/unpack.ts"
import { CALL_TIMEOUT_MS, type LocalContext } from "../context.ts"
import { logFileOf, removeOldLogs } from "./logs.ts"
import { statusOf } from "./process-status.ts"
import type { HealthSpec, ProcessSpec } from "./protocol.ts"

export interface ProcessProps {
  /** SHA-256 of the artifact; it is unpacked before the start. */
  artifact: string
  /** Program and arguments. */
  command: string[]
  /** The workload's own variables. */
  environment: Record<string, string>
  /** Variables whose values are never shown; they win over `environment`. */
  secrets: Record<string, string>
  /** What the platform tells it of its neighbours; taken along with the next start. */
  injected: Record<string, string>
  /** What it shows the manager to ask for URLs, in ALIEN_DEPLOYMENT_TOKEN; taken along with the next start. */
  managerToken?: string | undefined
  /** For each loopback port the variables that name it. */
  ports: string[][]
  /** SIGTERM, this many seconds, SIGKILL. */
  graceSeconds: number
  /** At most so long do requests under way hold up SIGTERM when it is removed. */
  drainSeconds: number
  /** Asked while it runs; a program that fails it is started again. */
  health?: HealthSpec | undefined
}

export interface ProcessAttributes {
  /** In the order of `props.ports`; kept over restarts, unless somebody else took one meanwhile. */
  ports: number[]
  /** Key in the supervisor. */
  object: string
}

/** What the supervisor tells one program from another by. Not the secrets: it hands it back in the open. */
const FINGERPRINT = ["artifact", "command", "environment", "ports"] as const

export const Process = defineNode<ProcessProps, ProcessAttributes, LocalContext>({
  type: "local.supervisor.Process",
  replaceOn: [...FINGERPRINT, "secrets"],
  lazy: ["injected", "managerToken"],
  secret: ["secrets", "managerToken"],
  visibleWithin: 0,
  callTimeout: CALL_TIMEOUT_MS,
  reads: { first: 25, cap: 5000 },
  permissions: { read: [] },

  async read({ id, props, owner, local }) {
    const found = await local.supervisor.get(id ?? objectOf(owner))
    if (!found) return undefined
    return {
      id: found.object,
      owner: found.owner,
      props: {},
      attributes: { ports: found.ports, object: found.object },
      version: found.fingerprint,
      status: statusOf(found, props.ports ?? [], local.clock.now()),
    }
  },
  async create({ props, owner, local }) {
    const { object } = await local.supervisor.put(await specOf(props, owner, local))
    removeOldLogs(local.dataDirectory, owner)
    return { id: object }
  },
  async update({ props, owner, local }) {
    await local.supervisor.put(await specOf(props, owner, local))
    return undefined
  },
  async delete({ id, local }) {
    await local.supervisor.remove(id)
    return undefined
  },
})

async function specOf(props: ProcessProps, owner: Owner, local: LocalContext["local"]): Promise<ProcessSpec> {
  const into = join(local.dataDirectory, "artifacts")
  const { artifact: sha256 } = props
  const { directory } = await unpackArtifact({ file: join(into, `${sha256}.tar.gz`), sha256, into })
  return {
    object: objectOf(owner),
    owner,
    command: props.command,
    cwd: directory,
    environment: {
      ...hostEnvironment(),
      ...props.injected,
      ...props.environment,
      ...props.secrets,
      ...(props.managerToken === undefined ? {} : { ALIEN_DEPLOYMENT_TOKEN: props.managerToken }),
    },
    ports: props.ports.map((variables) => ({ variables })),
    logFile: logFileOf(local.dataDirectory, owner),
    graceSeconds: props.graceSeconds,
    ...(props.health ? { health: props.health } : {}),
    drain: {
      seconds: props.drainSeconds,
      gatewaySocket: local.gateway.socket,
      routesFile: local.routes.file,
    },
    fingerprint: hashOf(FINGERPRINT.map((name) => props[name])),
  }
}

const objectOf = (owner: Owner): string =>
  `${owner.node.replace(/[^a-z0-9]+/g, "_").slice(0, 40)}_${hashOf(owner).slice(0, 16)}`

/** What every program of this machine may expect; of the manager's own environment nothing else reaches workloads. */
const hostEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR"].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
