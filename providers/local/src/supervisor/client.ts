import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, openSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { getCompileCacheDir } from "node:module"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { problem } from "@alienplatform/core"
import { makeDirectorySync } from "@alienplatform/core/make-directory"
import { type Clock, systemClock } from "@alienplatform/engine"
import { z } from "zod"
import { absentIfNotFound, isNobodyListening, peerGone } from "../errors.ts"
import { socketPath } from "../runtime-directory.ts"
import { tryListening } from "../sockets-refused.ts"
import { type UnixCall, unixCall } from "../unix-http.ts"
import { type ProcessSpec, ProcessState, SupervisorHealth } from "./protocol.ts"

const START_TIMEOUT_MS = 15_000
const POLL_MS = 50

export interface SupervisorOptions {
  dataDirectory: string
  /** Where sockets lie; default see `socketPath`. */
  runtimeDirectory?: string | undefined
  clock?: Clock | undefined
}

/** The data directory's supervisor; a call that finds nobody starts it and is repeated once. */
export interface SupervisorClient {
  readonly socket: string
  health(): Promise<SupervisorHealth>
  put(spec: ProcessSpec): Promise<ProcessState>
  get(object: string): Promise<ProcessState | undefined>
  list(): Promise<ProcessState[]>
  /** Lists what a running supervisor has, for whoever only looks. Starts nothing; rejects where there is none. */
  look(): Promise<ProcessState[]>
  /** Begins to stop it; nothing when it is gone. */
  remove(object: string): Promise<ProcessState | undefined>
  /** Stops all processes; resolves when nobody listens any more. Starts nothing. */
  shutdown(): Promise<void>
}

/**
 * Starts the supervisor when there is none. Throws `sockets_refused`, and `supervisor_unavailable` when it ends at once
 * or does not come up in 15 s.
 */
export async function connectSupervisor(options: SupervisorOptions): Promise<SupervisorClient> {
  const { clock = systemClock } = options
  const dataDirectory = resolve(options.dataDirectory)
  const socket = socketPath({ dataDirectory, runtimeDirectory: options.runtimeDirectory, name: "supervisor" })

  const once = <T>(call: Omit<UnixCall<T>, "socketPath" | "peer">) =>
    unixCall({ ...call, socketPath: socket, peer: "the supervisor" })
  const health = () => once({ method: "GET", path: "/health", answer: SupervisorHealth })
  const call = async <T>(what: Omit<UnixCall<T>, "socketPath" | "peer">): Promise<T> => {
    try {
      return await once(what)
    } catch (error) {
      if (!peerGone(error)) throw error
      await start() // Every call may be repeated.
      return once(what)
    }
  }

  async function start(): Promise<void> {
    const deadline = clock.now() + START_TIMEOUT_MS
    let starting: ChildProcess | undefined
    for (;;) {
      try {
        const { pid } = await health()
        // Ours came too late and may not have looked at the lock yet: it must not find it free after a shutdown.
        if (starting && starting.exitCode === null && starting.pid !== pid) starting.kill("SIGKILL")
        return
      } catch (error) {
        if (clock.now() >= deadline) throw notStarted(dataDirectory, error)
        // One that finds the lock taken ends at once: by a twin that comes up, or by one that is just shutting down.
        if (starting?.exitCode) throw await endedAtOnce(dataDirectory, error)
        if (isNobodyListening(error) && (!starting || starting.exitCode !== null)) {
          await tryListening(dirname(socket))
          starting = spawnSupervisor(dataDirectory, socket)
        }
        await clock.until(clock.now() + POLL_MS)
      }
    }
  }

  const client: SupervisorClient = {
    socket,
    health,
    put: (spec) => call({ method: "PUT", path: `/processes/${spec.object}`, body: spec, answer: ProcessState }),
    get: (object) =>
      call({ method: "GET", path: `/processes/${object}`, answer: ProcessState }).catch(absentIfNotFound),
    list: () => call({ method: "GET", path: "/processes", answer: z.array(ProcessState) }),
    look: () => once({ method: "GET", path: "/processes", answer: z.array(ProcessState) }),
    remove: (object) =>
      call({ method: "DELETE", path: `/processes/${object}`, answer: ProcessState }).catch(absentIfNotFound),
    async shutdown() {
      let left = await once({ method: "POST", path: "/shutdown", answer: z.unknown() }).then(() => false, gone)
      while (!left) {
        await clock.until(clock.now() + POLL_MS)
        left = await health().then(() => false, gone)
      }
    },
  }
  await call({ method: "GET", path: "/health", answer: SupervisorHealth })
  return client
}

/** Rejected because nobody listens: true; because the peer just goes: not yet. */
function gone(error: unknown): boolean {
  if (!peerGone(error)) throw error
  return isNobodyListening(error)
}

/** In a session of its own and without our environment: it outlives us and must not carry our secrets. */
function spawnSupervisor(dataDirectory: string, socket: string): ChildProcess {
  makeDirectorySync(join(dataDirectory, "run"), 0o700)
  const log = openSync(logOf(dataDirectory), "a", 0o600)
  const main = fileURLToPath(new URL("./main.ts", import.meta.url))
  const { PATH = "", HOME = "", TMPDIR = "" } = process.env
  const compiled = getCompileCacheDir()
  const child = spawn(process.execPath, [main, dataDirectory, socket], {
    cwd: dataDirectory,
    detached: true,
    stdio: ["ignore", log, log],
    env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...(compiled ? { NODE_COMPILE_CACHE: dirname(compiled) } : {}) },
  })
  child.once("error", () => undefined) // Told by the missing answer.
  child.unref()
  closeSync(log)
  return child
}

const logOf = (dataDirectory: string): string => join(dataDirectory, "run", "supervisor.log")

const notStarted = (dataDirectory: string, cause: unknown) =>
  problem("supervisor_unavailable", {
    message: `the supervisor of ${dataDirectory} did not answer within ${START_TIMEOUT_MS / 1000} s; see ${logOf(dataDirectory)}`,
    outcome: "refused",
    cause,
  })

/** With its last words, which are the reason. */
async function endedAtOnce(dataDirectory: string, cause: unknown) {
  const log = logOf(dataDirectory)
  const lastLine = (await readFile(log, "utf8").catch(() => "")).trimEnd().split("\n").at(-1)
  return problem("supervisor_unavailable", {
    message: `the supervisor of ${dataDirectory} ended at once: ${lastLine}; see ${log}`,
    outcome: "refused",
    cause,
  })
}
