import { createWriteStream } from "node:fs"
import { join } from "node:path"
import { codeOf } from "@alienplatform/core/error"
import type { Context } from "../context.ts"
import { userPaths } from "../user-paths.ts"

/** A manager that runs in this process. */
export interface DevManager {
  url: string
  /** Admin token, valid until the manager is closed. */
  token: string
  /** Stops the manager, the workloads and the gateway. */
  close(): Promise<void>
}

/**
 * Starts a manager in this process; the only place of `alien dev` that imports it. Its log goes to `manager.log` of the
 * data directory. Where its port has been taken meanwhile it takes another: only the URLs of endpoints must stay.
 */
export async function startDevManager(dataDirectory: string, context: Context): Promise<DevManager> {
  const { authority, installations, ports, runtime } = userPaths(context)
  const { createLogger, managerPort, startManager } = await import("@alienplatform/manager")
  // Makes the directory, or refuses one into which others could have put a file for the log.
  const port = await managerPort({ dataDirectory, portsFile: ports })
  const startOn = (port: number) =>
    startManager({
      dataDirectory,
      host: "127.0.0.1",
      port,
      logger: createLogger(createWriteStream(join(dataDirectory, "manager.log"), { mode: 0o600 })),
      session: true,
      warm: ["local"],
      onClose: "stop",
      installationsFile: installations,
      platformOptions: {
        local: {
          authorityDirectory: authority,
          portsFile: ports,
          ...(runtime === undefined ? {} : { runtimeDirectory: runtime }),
        },
      },
    })
  const {
    url,
    adminToken = "",
    close,
  } = await startOn(port).catch((error: unknown) => {
    if (codeOf(error) === "port_in_use") return startOn(0)
    throw error
  })
  return { url, token: adminToken, close }
}
