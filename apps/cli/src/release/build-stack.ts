import { dirname } from "node:path"
import type { Report } from "../output/progress.ts"

/** Loads the stack, a file or the folder that it lies in, and builds every source in it. Disposing removes the archives. */
export async function buildStack(path: string, report: Report, signal: AbortSignal) {
  // esbuild is imported here and not before.
  const { findStackFile } = await import("../build/stack-file.ts")
  const { loadStack } = await import("../build/load-stack.ts")
  const { buildArtifacts } = await import("../build/build-artifacts.ts")
  const file = await findStackFile(path)
  report([`load ${file}`])
  const stack = await loadStack(file, signal)
  return buildArtifacts(stack, {
    directory: dirname(file),
    onProgress: ({ resource, state }) => report([`${state} ${resource}`]),
  })
}
