import type { LocalFindings } from "@alienplatform/manager"
import type { Context } from "../context.ts"
import { userPaths } from "../user-paths.ts"

/** Asks the local platform what it finds on this machine; starts nothing. */
export async function inspect(dataDirectory: string, context: Pick<Context, "env" | "home">): Promise<LocalFindings> {
  const { authority, ports, runtime } = userPaths(context)
  const { inspectLocal } = await import("@alienplatform/manager")
  return inspectLocal({
    dataDirectory,
    authorityDirectory: authority,
    portsFile: ports,
    runtimeDirectory: runtime,
  })
}
