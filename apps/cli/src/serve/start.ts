import { createLogger, managerPort, startManager } from "@alienplatform/manager"
import type { Context } from "../context.ts"
import { userPaths } from "../user-paths.ts"
import type { ServeConfiguration } from "./configuration.ts"

/** Starts a manager; the only place of the command that imports it. */
export async function start(
  { data, port, publicUrl, keepReleases }: ServeConfiguration,
  tellAdminToken: (token: string, url: string) => Promise<void>,
  context: Context,
) {
  const { authority, installations, ports, runtime } = userPaths(context)
  const logger = createLogger()
  // A person at a terminal wants to see what goes wrong, not every request.
  if (context.stderr.isTTY && !context.env.ALIEN_LOG_LEVEL) logger.level = "warn"
  return startManager({
    dataDirectory: data.value,
    host: "127.0.0.1",
    port: port.value ?? (await managerPort({ dataDirectory: data.value, portsFile: ports })),
    ...(publicUrl.value === undefined ? {} : { publicUrl: publicUrl.value }),
    logger,
    keepReleases: keepReleases.value,
    tellAdminToken,
    // Nothing is left running for nothing; what is deployed goes on.
    onClose: "stopIdle",
    installationsFile: installations,
    platformOptions: {
      local: {
        authorityDirectory: authority,
        portsFile: ports,
        ...(runtime === undefined ? {} : { runtimeDirectory: runtime }),
      },
    },
  })
}
