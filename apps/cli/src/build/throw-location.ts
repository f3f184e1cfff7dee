import { SourceMap, type SourceMapPayload } from "node:module"
import { resolve } from "node:path"

/**
 * Finds where in the user's sources something was thrown: `file:line:column` of the innermost frame that the source map
 * knows, or undefined.
 * @param stack its stack trace
 * @param bundle path of the module that was run
 * @param directory what the map's sources are relative to
 */
export function throwLocation(stack: string, bundle: string, map: string, directory: string): string | undefined {
  const positions = new SourceMap(JSON.parse(map) as SourceMapPayload)
  for (const frame of stack.split("\n")) {
    const found = frame.includes(bundle) ? /:(\d+):(\d+)\)?$/.exec(frame) : null
    if (!found) continue
    const origin = positions.findEntry(Number(found[1]) - 1, Number(found[2]) - 1)
    if ("originalSource" in origin)
      return `${resolve(directory, origin.originalSource)}:${origin.originalLine + 1}:${origin.originalColumn + 1}`
  }
  return undefined
}
