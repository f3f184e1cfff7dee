import { fileURLToPath } from "node:url"
import type { Clock } from "@alienplatform/engine"
import type { OpenLocalOptions } from "@alienplatform/provider-local"
import type { PlatformOpener } from "./platforms.ts"

/** The gateway's program defaults to the one of this repository. */
export type LocalPlatformOptions = Omit<OpenLocalOptions, "dataDirectory" | "clock" | "gatewayMain"> & {
  gatewayMain?: string
}

export interface LocalOpenerArgs {
  dataDirectory: string
  clock: Clock
  options: LocalPlatformOptions
}

export const openLocalPlatform =
  ({ dataDirectory, clock, options }: LocalOpenerArgs): PlatformOpener =>
  async () => {
    const { local, openLocal } = await import("@alienplatform/provider-local")
    const gatewayMain = options.gatewayMain ?? fileURLToPath(import.meta.resolve("@alienplatform/gateway/main"))
    const runtime = await openLocal({ ...options, dataDirectory, gatewayMain, clock })
    const { certificateAuthorityFile } = runtime.deploymentContext({ id: "", name: "", platform: "local", prefix: "" })
    let preparing: Promise<void> | undefined
    return {
      platform: local,
      context: runtime.context,
      certificateAuthorityFile,
      onThisMachine: true,
      // A reboot ends what supervised children serve, and nothing else would notice.
      losesObjectsOnReboot: true,
      contextOf: ({ id, name, platform, resourcePrefix }) =>
        runtime.deploymentContext({ id, name, platform, prefix: resourcePrefix }),
      // Two at once would take each other's test of the port for somebody who holds it.
      prepare: () => {
        preparing ??= runtime.ensureStarted().finally(() => {
          preparing = undefined
        })
        return preparing
      },
      watch: (changed) => runtime.watch(changed),
      removeLeftovers: (deployment) => runtime.removeLeftovers(deployment),
      sweep: () => runtime.sweep(),
      // Gateway and workloads outlive the manager unless it is told otherwise.
      close: async (mode) => {
        if (mode === "stop") await runtime.shutdown()
        if (mode === "stopIdle") await runtime.stopIfIdle()
      },
    }
  }
