import { readdirSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Owner } from "@alienplatform/engine"
import { removeLog } from "./log-file.ts"

const deploymentLogs = (dataDirectory: string, deployment: string): string => join(dataDirectory, "logs", deployment)

/** `logs/<deployment>/<resource>/<incarnation>.ndjson` in the data directory; of the second replica `<incarnation>-2.ndjson`. */
export const logFileOf = (dataDirectory: string, { deployment, node, incarnation }: Owner): string => {
  const [resource = "", , replica] = node.split("/")
  const name = replica === undefined ? `${incarnation}` : `${incarnation}-${replica}`
  return join(deploymentLogs(dataDirectory, deployment), resource, `${name}.ndjson`)
}

/** Removes the logs of a replica but for its own and that of the one before it, which may still run. */
export function removeOldLogs(dataDirectory: string, owner: Owner): void {
  const directory = dirname(logFileOf(dataDirectory, owner))
  const [, , own] = owner.node.split("/")
  for (const name of namesIn(directory)) {
    const [log, incarnation, replica] = /^(\d+)(?:-(\d+))?\.ndjson/.exec(name) ?? []
    if (log && replica === own && Number(incarnation) < owner.incarnation - 1) removeLog(join(directory, log))
  }
}

/** Removes all logs of a deployment that is gone. */
export function removeLogs(dataDirectory: string, deployment: string): void {
  rmSync(deploymentLogs(dataDirectory, deployment), { recursive: true, force: true })
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return [] // Nothing has run there yet.
  }
}
