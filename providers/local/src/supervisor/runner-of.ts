import { processRunner } from "./process-runner.ts"
import type { ProcessSpec } from "./protocol.ts"
import type { Runner, RunnerOptions } from "./runner.ts"

/** What runs this program. Containers need more of us, which is loaded for them alone. */
export async function runnerOf({ container }: ProcessSpec, options: RunnerOptions): Promise<Runner> {
  if (!container) return processRunner(options)
  const { containerRunner } = await import("./container-runner.ts")
  return containerRunner(container, options)
}
