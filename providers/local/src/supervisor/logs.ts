import { readdirSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Owner } from "@alienplatform/engine"
import { removeLog } from "./log-file.ts"

const deploymentLogs = (dataDirectory: string, deployment: string): string => join(dataDirectory, "logs", deployment)

/** `logs/<deployment>/<resource>/<incarnation>.ndjson` in the data directory. */
export const logFileOf = (dataDirectory: string, { deployment, node, incarnation }: Owner): string =>
  join(deploymentLogs(dataDirectory, deployment), node.split("/")[0] ?? "", `${incarnation}.ndjson`)

/** Removes the logs of a resource but for its own and that of the one before it, which may still run. */
export function removeOldLogs(dataDirectory: string, owner: Owner): void {
  const directory = dirname(logFileOf(dataDirectory, owner))
  for (const name of namesIn(directory)) {
    const incarnation = Number(/^(\d+)\.ndjson$/.exec(name)?.[1])
    if (incarnation < owner.incarnation - 1) removeLog(join(directory, name))
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
