import { sourceName } from "./source-name.ts"

/**
 * Makes a bundle's source map one that depends on the sources alone: names from the package's folder, and nothing of
 * the sources' text. That would more than double it, for no more than a line shown with an error, and hand it to everybody who has
 * the artifact.
 * @param text as esbuild wrote it
 */
export function namedSourceMap(text: string, workingDirectory: string, root: string): string {
  const { version, sources, mappings } = JSON.parse(text) as { version: number; sources: string[]; mappings: string }
  const names = sources.map((source) => sourceName(source, workingDirectory, root))
  return JSON.stringify({ version, sources: names, names: [], mappings })
}
