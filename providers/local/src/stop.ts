import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { type Clock, systemClock } from "@alienplatform/engine"
import { z } from "zod"
import { isNobodyListening } from "./errors.ts"
import { GATEWAY_OBJECT } from "./gateway/start.ts"
import { socketPath } from "./runtime-directory.ts"
import { connectSupervisor } from "./supervisor/client.ts"
import { ProcessState, SupervisorHealth } from "./supervisor/protocol.ts"
import { unixCall } from "./unix-http.ts"

export interface StoppedLocal {
  /** Process id of the supervisor that ended. */
  supervisor: number
  gateway: boolean
  /** Programs of deployments: `api/process`. */
  workloads: { deployment: string; node: string }[]
}

/**
 * Stops supervisor, gateway and workloads of a data directory, and says what ran; undefined where nothing did. Starts
 * nothing. The next supervisor of the directory starts all of it again. The caller holds the directory's lock.
 */
export async function stopLocal(options: {
  dataDirectory: string
  runtimeDirectory?: string | undefined
  clock?: Clock
}): Promise<StoppedLocal | undefined> {
  const { runtimeDirectory, clock = systemClock } = options
  const dataDirectory = resolve(options.dataDirectory)
  const running = await runningLocal({ dataDirectory, runtimeDirectory })
  if (!running) return undefined
  const { health, processes } = running
  await (await connectSupervisor({ dataDirectory, runtimeDirectory, clock })).shutdown()
  return {
    supervisor: health.pid,
    gateway: processes.some(({ object }) => object === GATEWAY_OBJECT),
    workloads: processes
      .filter(({ object }) => object !== GATEWAY_OBJECT)
      .map(({ owner: { deployment, node } }) => ({ deployment, node })),
  }
}

/** The supervisor and what it runs, as it is now; undefined where there is none. */
export async function runningLocal({
  dataDirectory,
  runtimeDirectory,
}: {
  dataDirectory: string
  runtimeDirectory?: string | undefined
}): Promise<{ health: SupervisorHealth; processes: ProcessState[] } | undefined> {
  if (!existsSync(join(dataDirectory, "run"))) return undefined
  const call = {
    socketPath: socketPath({ dataDirectory, runtimeDirectory, name: "supervisor" }),
    peer: "the supervisor",
    method: "GET",
  } as const
  try {
    const health = await unixCall({ ...call, path: "/health", answer: SupervisorHealth })
    return { health, processes: await unixCall({ ...call, path: "/processes", answer: z.array(ProcessState) }) }
  } catch (error) {
    if (isNobodyListening(error)) return undefined
    throw error
  }
}
