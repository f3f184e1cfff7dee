import { AlienError, problem } from "@alienplatform/core/error"
import { runTool, type ToolRun } from "../run-tool.ts"

/** In the order in which they are tried. Their commands to build and to save are the same. */
const PROGRAMS = ["docker", "podman"]

/** One line per step, not one that is drawn over. */
const PLAIN = { BUILDKIT_PROGRESS: "plain", DOCKER_CLI_HINTS: "false" }

/**
 * Runs Docker's own command, else Podman's: it knows the user's builder, its cache and its credentials.
 * @throws `docker_not_found`, `interrupted`
 */
export async function runEngine(
  args: readonly string[],
  run: Omit<ToolRun, "environment">,
): Promise<number | NodeJS.Signals> {
  for (const program of PROGRAMS) {
    try {
      return await runTool(program, args, { ...run, environment: PLAIN })
    } catch (error) {
      if (error instanceof AlienError || (error as NodeJS.ErrnoException).code !== "ENOENT") throw error
    }
  }
  throw problem("docker_not_found", {
    message: `there is neither docker nor podman on the PATH ${JSON.stringify(process.env.PATH ?? "")}, and toolchain "docker" needs one of them`,
    hint: "install Docker or Podman, or add its folder to the PATH",
  })
}
