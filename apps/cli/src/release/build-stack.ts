import { dirname } from "node:path"
import type { Report } from "../output/progress.ts"

/**
 * Loads a stack, from its file or folder, and builds every source in it. Disposing removes the archives.
 * @param target name of the machines that compiled code is for; undefined: this one
 */
export async function buildStack(path: string, report: Report, signal: AbortSignal, target?: string) {
  // esbuild is imported here and not before.
  const { findStackFile } = await import("../build/stack-file.ts")
  const { loadStack } = await import("../build/load-stack.ts")
  const { buildArtifacts } = await import("../build/build-artifacts.ts")
  const { parseTarget } = await import("../build/native/target.ts")
  const { sparseSteps } = await import("../build/sparse-steps.ts")
  const compiledFor = target === undefined ? {} : { target: parseTarget(target) }
  const file = await findStackFile(path)
  report([`load ${file}`])
  const stack = await loadStack(file, signal)
  // A report is a line of its own where nothing can be written over.
  const isWorthALine = sparseSteps()
  return buildArtifacts(stack, {
    directory: dirname(file),
    signal,
    ...compiledFor,
    onProgress(progress) {
      const { state, resource } = progress
      if (!("detail" in progress)) report([`${state} ${resource}`])
      else if (isWorthALine(progress)) report([`${state} ${resource}: ${progress.detail}`])
    },
  })
}
