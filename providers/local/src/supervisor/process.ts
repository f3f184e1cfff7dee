/**
 * One run of a workload's program, kept running by the supervisor.
 *
 * What the program is made from replaces: the new process starts beside the old one, on ports of its own, and the old
 * one goes when nothing refers to it any more. The key in the supervisor follows from the owner, so a create that is
 * repeated finds itself. A crash ends `settled` and comes back to it when the next start succeeds.
 */
import { join } from "node:path"
import { hashOf } from "@alienplatform/core"
import { defineNode, type ObjectStatus, type Owner } from "@alienplatform/engine"
import { unpackArtifact } from "../artifacts/unpack.ts"
import { CALL_TIMEOUT_MS, type LocalContext } from "../context.ts"
import { listeningAddresses } from "./listening.ts"
import { logFileOf, removeOldLogs } from "./logs.ts"
import type { ProcessSpec, ProcessState } from "./protocol.ts"

export interface ProcessProps {
  /** SHA-256 of the artifact; it is unpacked before the start. */
  artifact: string
  /** Program and arguments. */
  command: string[]
  /** The workload's own variables. */
  environment: Record<string, string>
  /** What the platform tells it of its neighbours; taken along with the next start. */
  injected: Record<string, string>
  /** For each loopback port the variables that name it. */
  ports: string[][]
  /** SIGTERM, this many seconds, SIGKILL. */
  graceSeconds: number
}

export interface ProcessAttributes {
  /** In the order of `props.ports`; kept over restarts. */
  ports: number[]
  /** Key in the supervisor. */
  object: string
}

const LISTEN_WITHIN_MS = 30_000
const REPLACE_ON = ["artifact", "command", "environment", "ports"] as const

export const Process = defineNode<ProcessProps, ProcessAttributes, LocalContext>({
  type: "local.supervisor.Process",
  replaceOn: REPLACE_ON,
  lazy: ["injected"],
  visibleWithin: 0,
  callTimeout: CALL_TIMEOUT_MS,
  reads: { first: 100, cap: 5000 },
  permissions: { read: [] },

  async read({ id, owner, local }) {
    const processes = await local.supervisor.list()
    const found = processes.find((one) => (id === undefined ? sameOwner(one.owner, owner) : one.object === id))
    if (!found) return undefined
    return {
      id: found.object,
      owner: found.owner,
      props: {},
      attributes: { ports: found.ports, object: found.object },
      version: found.fingerprint,
      status: statusOf(found, local.clock.now()),
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
    environment: { ...hostEnvironment(), ...props.injected, ...props.environment },
    ports: props.ports.map((variables) => ({ variables })),
    logFile: logFileOf(local.dataDirectory, owner),
    graceSeconds: props.graceSeconds,
    fingerprint: hashOf(REPLACE_ON.map((name) => props[name])),
  }
}

const objectOf = (owner: Owner): string =>
  `${owner.node.replace(/[^a-z0-9]+/g, "_").slice(0, 40)}_${hashOf(owner).slice(0, 16)}`

const sameOwner = (left: Owner, right: Owner): boolean => hashOf(left) === hashOf(right)

/** What every program of this machine may expect; of the manager's own environment nothing else reaches workloads. */
const hostEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR"].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )

function statusOf(state: ProcessState, now: number): ObjectStatus {
  if (state.status === "running") return "settled"
  if (state.status === "backoff") return { broken: { code: "workload_crashed", message: crash(state), heal: "none" } }
  const waits = state.status === "starting" && state.startedAt !== null && now - state.startedAt >= LISTEN_WITHIN_MS
  if (!waits) return "changing"
  const expected = state.ports.map((port) => `127.0.0.1:${port}`)
  const observed = state.pid === null ? undefined : listeningAddresses(state.pid)
  const message = `process ${state.pid} of ${state.owner.node} runs, but does not listen on ${expected.join(", ")}; ${insteadOf(observed)}${lastWords(state)}`
  return {
    waiting: {
      on: "gate",
      code: "port_not_listening",
      message,
      expected,
      ...(observed === undefined ? {} : { observed }),
      fix: "listen on the port that the environment variable PORT names",
    },
  }
}

function insteadOf(observed: readonly string[] | undefined): string {
  if (observed === undefined) return "where it listens is unknown on this system"
  return observed.length === 0 ? "it listens nowhere" : `it listens on ${observed.join(", ")}`
}

function crash(state: ProcessState): string {
  const { exit, restarts, restartAt, owner } = state
  const how = exit?.signal ? `was ended by ${exit.signal}` : `exited with ${exit?.code ?? "an unknown code"}`
  const again = restartAt === null ? "" : `, is started again at ${new Date(restartAt).toISOString()}`
  return `${owner.node} ${how} (${restarts} ${restarts === 1 ? "exit" : "exits"} so far)${again}${lastWords(state)}`
}

const lastWords = ({ lastLines }: ProcessState): string =>
  lastLines.length === 0
    ? "; it wrote nothing"
    : `; its last lines:\n${lastLines.map((line) => `  ${line}`).join("\n")}`
