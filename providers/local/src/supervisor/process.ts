/**
 * One run of a workload's program, kept running by the supervisor.
 *
 * What the program is made from replaces: the new process starts beside the old one, on ports of its own, and the old
 * one goes when nothing refers to it any more and its requests have ended. It is found by its mark, from which its key
 * in the supervisor follows too. A crash ends `settled` and comes back to it when the next start succeeds.
 */
import { join } from "node:path"
import { hashOf } from "@alienplatform/core"
import { knownValue, type Owner, type Reading, type Sent, sameOwner } from "@alienplatform/engine"
import { unpackArtifact } from "../artifacts/unpack.ts"
import type { Local } from "../context.ts"
import { defineLocalNode } from "../define.ts"
import { type LoopbackPort, loopbackPort } from "../loopback.ts"
import { findProgram } from "../scratch/find-program.ts"
import { makeScratchFolder, removeScratchFolder } from "../scratch/scratch-folder.ts"
import { startOf } from "../scratch/start-of.ts"
import { logFileOf, removeOldLogs } from "./logs.ts"
import { statusOf } from "./process-status.ts"
import type { ContainerSpec, HealthSpec, ProcessSpec, ProcessState } from "./protocol.ts"

export interface ProcessProps {
  /** Node id in the graph, whole, for logs and reports; the mark carries a long one cut. */
  node: string
  /** SHA-256 of the artifact; it is unpacked before the start. Absent: it runs in a container. */
  artifact?: string | undefined
  /** Id of the image that its containers are made from. Absent: it is a process of this machine. */
  image?: string | undefined
  /** Of a container only. */
  container?: ContainerProps | undefined
  /** Program and arguments; in a container what replaces the image's CMD, if anything. */
  command?: string[] | undefined
  /**
   * The command is the vendor's: it runs in a copy of the whole artifact, and its program is looked for before it is
   * started. Otherwise only what travels beside the entry is copied.
   */
  runsCopy?: boolean
  /** The workload's own variables. */
  environment: Record<string, string>
  /** Variables whose values are never shown; they win over `environment`. */
  secrets: Record<string, string>
  /** What the platform tells it of its neighbours; taken along with the next start. */
  injected: Record<string, string>
  /** Of a container only: how it reaches the URLs in `injected`; taken along with the next start. */
  neighbours?: NeighboursProps | undefined
  /** What it shows the manager to ask for URLs, in ALIEN_DEPLOYMENT_TOKEN; taken along with the next start. */
  managerToken?: string | undefined
  /** For each loopback port the variables that name it. */
  ports: string[][]
  /** What each of them is declared as, for who listens there all the same. */
  declaredPorts?: number[] | undefined
  /** SIGTERM, this many seconds, SIGKILL. */
  graceSeconds: number
  /** At most so long do requests under way hold up SIGTERM when it is removed. */
  drainSeconds: number
  /** Asked while it runs; a program that fails it is started again. */
  health?: HealthSpec | undefined
}

/** What a container is given to call its own URLs and those of its neighbours. */
export interface NeighboursProps {
  /** The machine's address on the container's network; empty where the engine does not tell. */
  address: string
  hosts: string[]
  ports: number[]
  /** Files of this machine that it can read, by their paths inside: whom it trusts. */
  files: Record<string, string>
}

/** How a container is placed. A change replaces it. */
export interface ContainerProps {
  /** Name of the bridge network. */
  network: string
  /** What others on that network call it. */
  alias: string
  /** The port inside for each of `ports`: what its variables name. */
  inside: number[]
  /** At most so many bytes of memory; whoever takes more is ended. */
  memoryBytes: number
  /** At most so much time of so many processors. Absent: no limit. */
  cpus?: number | undefined
}

export interface ProcessAttributes {
  /** In the order of `props.ports`; kept over restarts, unless somebody else took one meanwhile. */
  ports: LoopbackPort[]
  /** Key in the supervisor. */
  object: string
}

/** What the supervisor tells one program from another by. Not the secrets: it hands it back in the open. */
const FINGERPRINT = ["artifact", "command", "environment", "ports"] as const
const CONTAINER_FINGERPRINT = ["image", "container"] as const

export const Process = defineLocalNode<ProcessProps, ProcessAttributes>({
  type: "local.supervisor.Process",
  identity: { by: "assigned" },
  replaceOn: [...FINGERPRINT, ...CONTAINER_FINGERPRINT, "secrets"],
  lazy: ["node", "injected", "neighbours", "managerToken", "declaredPorts"],
  secret: ["secrets", "managerToken"],
  reads: { first: 25, cap: 31_000 },
  permissions: { read: [] },

  async read({ id, props, owner, local }) {
    const { supervisor } = local
    const found =
      id === undefined
        ? (await supervisor.list()).find((state) => sameOwner(state.owner, owner))
        : await supervisor.get(id)
    return found && readingOf(found, props, local)
  },
  async create({ props, name, owner, local }) {
    const spec = await specOf({ object: objectOf(owner), props, name, mark: owner, local })
    if (props.runsCopy) await refuseMissing(spec, local)
    const state = await local.supervisor.put(spec)
    removeOldLogs(local.dataDirectory, spec.owner)
    return { id: state.object, reading: readingOf(state, props, local) }
  },
  async update({ id, props, name, owner, local }) {
    const state = await local.supervisor.put(await specOf({ object: id, props, name, mark: owner, local }))
    return { reading: readingOf(state, props, local) }
  },
  async delete({ id, props, local }) {
    const left = await local.supervisor.remove(id)
    return { reading: left ? readingOf(left, props, local) : null }
  },
})

const readingOf = (
  state: ProcessState,
  { ports, declaredPorts }: Pick<Sent<ProcessProps>, "ports" | "declaredPorts">,
  { clock }: Local,
): Reading<ProcessProps, ProcessAttributes> => ({
  id: state.object,
  owner: state.owner,
  props: {},
  attributes: {
    ports: state.ports.map((port, index) => loopbackPort({ host: state.hosts[index] ?? "127.0.0.1", port })),
    object: state.object,
  },
  version: state.fingerprint,
  status: statusOf(
    state,
    { variables: knownValue<string[][]>(ports) ?? [], declared: knownValue<number[]>(declaredPorts) ?? [] },
    clock.now(),
  ),
})

interface SpecArgs {
  object: string
  props: ProcessProps
  /** Of the object; that of a container. */
  name: string
  mark: Owner
  local: Local
}

async function specOf({ object, props, name, mark, local }: SpecArgs): Promise<ProcessSpec> {
  const owner: Owner = { ...mark, node: props.node }
  const { container } = props
  const fields = container ? [...FINGERPRINT, ...CONTAINER_FINGERPRINT] : FINGERPRINT
  return {
    object,
    owner,
    ...(container ? inContainer(props, container, name, local) : await onMachine(object, props, local)),
    environment: {
      ...(container ? {} : hostEnvironment()),
      ...props.injected,
      ...props.environment,
      ...props.secrets,
      ...(props.managerToken === undefined ? {} : { ALIEN_DEPLOYMENT_TOKEN: props.managerToken }),
    },
    ports: props.ports.map((variables, index) => ({
      variables,
      ...(container ? { inside: container.inside[index] } : {}),
    })),
    logFile: logFileOf(local.dataDirectory, owner),
    graceSeconds: props.graceSeconds,
    ...(props.health ? { health: props.health } : {}),
    drain: {
      seconds: props.drainSeconds,
      gatewaySocket: local.gateway.socket,
      routesFile: local.routes.file,
    },
    fingerprint: hashOf(fields.map((field) => props[field])),
  }
}

async function onMachine(
  object: string,
  { artifact: sha256 = "", command = [], runsCopy }: ProcessProps,
  local: Local,
) {
  const { dataDirectory } = local
  const into = join(dataDirectory, "artifacts")
  const unpacked = await unpackArtifact({ file: join(into, `${sha256}.tar.gz`), sha256, into })
  const cwd = await makeScratchFolder({ dataDirectory, object, ...startOf(unpacked, runsCopy === true) })
  return { command, cwd }
}

const inContainer = (
  { image = "", command, neighbours }: ProcessProps,
  { network, alias, memoryBytes, cpus }: ContainerProps,
  name: string,
  local: Local,
) => ({
  container: {
    socket: local.engine().socket,
    image,
    name,
    alias,
    network,
    ...(command ? { command } : {}),
    memoryBytes,
    ...(cpus === undefined ? {} : { cpus }),
    ...(neighbours ? placeOf(neighbours) : {}),
  },
})

const placeOf = ({ address, hosts, ports, files }: NeighboursProps): Pick<ContainerSpec, "neighbours" | "files"> => ({
  ...(address === "" ? {} : { neighbours: { address, hosts, ports } }),
  files,
})

/** Throws `command_not_found`, with nothing left behind. */
async function refuseMissing({ object, command = [], cwd = "", environment }: ProcessSpec, { dataDirectory }: Local) {
  try {
    await findProgram({ command, folder: cwd, path: environment.PATH ?? "" })
  } catch (error) {
    await removeScratchFolder(dataDirectory, object)
    throw error
  }
}

/** Key in the supervisor: the same for every create of one mark. */
const objectOf = (mark: Owner): string =>
  `${mark.node.replace(/[^a-z0-9]+/g, "_").slice(0, 40)}_${hashOf(mark).slice(0, 16)}`

/** What every program of this machine may expect; of the manager's own environment nothing else reaches workloads. */
const hostEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR"].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
