import { codeOf, problem } from "@alienplatform/core/error"
import type { StoppedLocal } from "@alienplatform/manager"
import type { Action, CommonOptions } from "../command.ts"
import type { Context } from "../context.ts"
import { EXIT } from "../exit-code.ts"
import { userPaths } from "../user-paths.ts"
import { dataDirectoriesOf } from "./data-directories.ts"
import { inspect } from "./inspect.ts"

export interface StopOptions extends CommonOptions {
  data?: string
  config?: string
}

/**
 * `alien stop`: ends the processes that a manager which is gone left running. `--json`: `{"data", "stopped"}`, where
 * `stopped` is null when nothing ran.
 */
export const stop: Action<StopOptions> = (_, options, context) =>
  stopWith(
    {
      stopLocal: async (dataDirectory) => {
        const { stopLocal } = await import("@alienplatform/manager")
        return stopLocal({ dataDirectory, runtimeDirectory: userPaths(context).runtime })
      },
      runs: async (dataDirectory) => (await inspect(dataDirectory, context)).supervisor !== undefined,
    },
    options,
    context,
  )

/** What `alien stop` asks of the local platform, for one data directory. */
export interface LocalStopper {
  stopLocal(dataDirectory: string): Promise<StoppedLocal | undefined>
  /** Something runs for it. */
  runs(dataDirectory: string): Promise<boolean>
}

/** Runs `alien stop` with the given way to stop processes. */
export async function stopWith(local: LocalStopper, options: StopOptions, context: Context): Promise<number> {
  const data = await chooseDirectory(local, options, context)
  const stopped = await local.stopLocal(data).catch((error: unknown) => {
    throw codeOf(error) === "data_directory_locked" ? managerRuns(data, error) : error
  })
  if (options.json) context.stdout.write(`${JSON.stringify({ data, stopped: stopped ?? null })}\n`)
  else context.stdout.write(stopped ? told(stopped, data) : `Nothing runs for ${data}.\n`)
  return EXIT.ok
}

/** The one that is named, else the one for which something runs; throws `data_directory_ambiguous` where that are two. */
async function chooseDirectory({ runs }: LocalStopper, options: StopOptions, context: Context): Promise<string> {
  const found = await dataDirectoriesOf(options, context)
  if ("named" in found) return found.named
  const { ofDev, ofUser } = found
  if (ofDev === undefined || !(await runs(ofDev))) return ofUser
  if (!(await runs(ofUser))) return ofDev
  throw problem("data_directory_ambiguous", {
    message: `something runs for ${ofDev} and for ${ofUser}`,
    hint: `name the one that is meant: alien stop --data ${ofDev}, or alien stop --data ${ofUser}`,
    context: { directories: [ofDev, ofUser] },
  })
}

function told({ supervisor, gateway, workloads }: StoppedLocal, data: string): string {
  const lines = [
    ...workloads.map(({ deployment, node }) => `${node} of ${deployment}`),
    ...(gateway ? ["the gateway"] : []),
    `the supervisor (process ${supervisor})`,
  ]
  return `Stopped for ${data}:\n${lines.map((line) => `  ${line}\n`).join("")}${
    workloads.length > 0 ? "They come back with the next alien serve or alien dev: same URLs, same ports.\n" : ""
  }`
}

const managerRuns = (data: string, cause: unknown) =>
  problem("manager_running", {
    message: `${cause instanceof Error ? cause.message.split(";")[0] : data}`,
    hint: "end that manager first (Ctrl-C where it runs); to stop one deployment: alien destroy NAME",
    cause,
  })
