import { join } from "node:path"
import { type LocalRuntime, openLocal } from "@alienplatform/provider-local"

/** The platform of a user whose `ALIEN_HOME` is `home`, for a look at what runs; it starts a supervisor where none does. */
export const openSandboxPlatform = ({
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
