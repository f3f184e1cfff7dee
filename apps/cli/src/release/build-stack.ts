import { dirname } from "node:path"
import type { StackConfig } from "@alienplatform/core"
import type { Report } from "../output/progress.ts"

/**
 * Loads a stack, from its file or folder, and builds every source in it. Disposing removes the archives.
 * @param choose makes the stack to build of the one that was loaded, for example with one resource
 */
export async function buildStack(
  path: string,
  report: Report,
  signal: AbortSignal,
  choose: (stack: StackConfig) => StackConfig = (stack) => stack,
) {
  // esbuild is imported here and not before.
  const { findStackFile } = await import("../build/stack-file.ts")
  const { loadStack } = await import("../build/load-stack.ts")
  const { buildArtifacts } = await import("../build/build-artifacts.ts")
  const { sparseSteps } = await import("../build/sparse-steps.ts")
  const file = await findStackFile(path)
  report([`load ${file}`])
  const stack = choose(await loadStack(file, signal))
  // A report is a line of its own where nothing can be written over.
  const isWorthALine = sparseSteps()
  return buildArtifacts(stack, {
    directory: dirname(file),
    signal,
    onProgress(progress) {
      const { state, resource } = progress
      if (!("detail" in progress)) report([`${state} ${resource}`])
      else if (isWorthALine(progress)) report([`${state} ${resource}: ${progress.detail}`])
    },
  })
}
