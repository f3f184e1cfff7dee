import { join } from "node:path"
import { type LocalRuntime, openLocal } from "@alienplatform/provider-local"

/**
 * Opens the local platform of a user whose `ALIEN_HOME` is `home`, to see what runs; starts a supervisor where none
 * does.
 */
export const openLocalRuntime = ({
  home,
  dataDirectory,
}: {
  home: string
  dataDirectory: string
}): Promise<LocalRuntime> =>
  openLocal({
    dataDirectory,
    authorityDirectory: join(home, "data", "ca"),
    portsFile: join(home, "config", "ports.json"),
    runtimeDirectory: join(home, "run"),
    gatewayMain: "",
  })
