import { dirname } from "node:path"
import type { StackConfig } from "@alienplatform/core"
import type { Report } from "../output/progress.ts"

interface BuildStackOptions {
  /** Name of the machines that compiled code is for. Default: this one. */
  target?: string | undefined
  /** Makes the stack to build of the one that was loaded, for example with one resource. */
  choose?: (stack: StackConfig) => StackConfig
}

/**
 * Loads a stack, from its file or folder, and builds every source in it. Disposing removes the archives.
 */
export async function buildStack(
  path: string,
  report: Report,
  signal: AbortSignal,
  { target, choose = (stack) => stack }: BuildStackOptions = {},
) {
  // esbuild is imported here and not before.
  const { findStackFile } = await import("../build/stack-file.ts")
  const { loadStack } = await import("../build/load-stack.ts")
  const { buildArtifacts } = await import("../build/build-artifacts.ts")
  const { parseTarget } = await import("../build/native/target.ts")
  const { sparseSteps } = await import("../build/sparse-steps.ts")
  const compiledFor = target === undefined ? {} : { target: parseTarget(target) }
  const file = await findStackFile(path)
  report([`load ${file}`])
  const stack = choose(await loadStack(file, signal))
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
