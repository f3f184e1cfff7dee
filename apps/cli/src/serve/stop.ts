import { codeOf, problem } from "@alienplatform/core/error"
import type { StoppedLocal } from "@alienplatform/manager"
import type { Action, CommonOptions } from "../command.ts"
import type { Context } from "../context.ts"
import { EXIT } from "../exit-code.ts"
import { userPaths } from "../user-paths.ts"
import { configurationOf } from "./configuration.ts"

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
    async (dataDirectory, runtimeDirectory) => {
      const { stopLocal } = await import("@alienplatform/manager")
      return stopLocal({ dataDirectory, runtimeDirectory })
    },
    options,
    context,
  )

/** Runs `alien stop` with the given way to stop processes. */
export async function stopWith(
  stopLocal: (dataDirectory: string, runtimeDirectory: string | undefined) => Promise<StoppedLocal | undefined>,
  options: StopOptions,
  context: Context,
): Promise<number> {
  const { value: data } = (await configurationOf(options, context)).data
  const stopped = await stopLocal(data, userPaths(context).runtime).catch((error: unknown) => {
    throw codeOf(error) === "data_directory_locked" ? managerRuns(data, error) : error
  })
  if (options.json) context.stdout.write(`${JSON.stringify({ data, stopped: stopped ?? null })}\n`)
  else context.stdout.write(stopped ? told(stopped, data) : `Nothing runs for ${data}.\n`)
  return EXIT.ok
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
