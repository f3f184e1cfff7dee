import { AlienError, problem } from "@alienplatform/core/error"
import { runTool, type ToolRun } from "../run-tool.ts"
import { PROGRESS_ENVIRONMENT } from "./progress.ts"

/**
 * Runs cargo; it and rustup look for configuration from `directory` upwards.
 * @throws `cargo_not_found`, `interrupted`
 */
export const runCargo = (
  args: readonly string[],
  run: Omit<ToolRun, "environment">,
): Promise<number | NodeJS.Signals> =>
  runTool("cargo", args, { ...run, environment: PROGRESS_ENVIRONMENT }).catch((error) => {
    throw error instanceof AlienError ? error : notStarted(error)
  })

const notStarted = (cause: NodeJS.ErrnoException) =>
  problem("cargo_not_found", {
    message: `there is no cargo that can be run on the PATH ${JSON.stringify(process.env.PATH ?? "")} (${cause.code}), which toolchain "rust" needs`,
    hint: "install Rust, https://rustup.rs, or add the folder of cargo to the PATH",
    cause,
  })
