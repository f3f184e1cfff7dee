import { existsSync } from "node:fs"
import { resolve } from "node:path"
import type { InspectOptions, LocalFindings, StoppedLocal } from "@alienplatform/provider-local"
import { lockDataDirectory, refuseSharedDirectory } from "@alienplatform/store"
import { realDirectory } from "../data-directory/real-directory.ts"

export type { LocalFindings, StoppedLocal }

/**
 * Stops what a manager that is gone left running in a data directory, and says what that was; undefined where nothing
 * ran. Throws `data_directory_locked` while a manager works there.
 */
export async function stopLocal(options: {
  dataDirectory: string
  runtimeDirectory?: string | undefined
}): Promise<StoppedLocal | undefined> {
  if (!existsSync(options.dataDirectory)) return undefined
  const lock = await lockDataDirectory(resolve(options.dataDirectory))
  try {
    const dataDirectory = await realDirectory(options.dataDirectory)
    const provider = await import("@alienplatform/provider-local")
    return await provider.stopLocal({ ...options, dataDirectory })
  } finally {
    await lock.release()
  }
}

/** How this machine is, as far as one data directory goes; starts nothing. Throws `data_directory_unsafe`. */
export async function inspectLocal(options: InspectOptions): Promise<LocalFindings> {
  if (existsSync(options.dataDirectory)) await refuseSharedDirectory(options.dataDirectory)
  const dataDirectory = await realDirectory(options.dataDirectory)
  return (await import("@alienplatform/provider-local")).inspectLocal({ ...options, dataDirectory })
}

/** Whether the supervisor of a data directory runs, with a manager or without. */
export async function runsLocally(dataDirectory: string, runtimeDirectory: string | undefined): Promise<boolean> {
  const { runningLocal } = await import("@alienplatform/provider-local")
  return (await runningLocal({ dataDirectory, runtimeDirectory })) !== undefined
}
