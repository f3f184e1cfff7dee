import { posix } from "node:path"
import type { Check } from "./check.ts"
import { isTypeScript, readTextFiles, type SourceFile } from "./files.ts"
import { specifiersOf } from "./specifiers.ts"

export const circles: Check = {
  name: "circles of files",
  async run(root) {
    return findCircles(await readTextFiles(root, isTypeScript))
  },
}

/**
 * Files of a package that import each other in a circle, each circle once; `import type` counts too: two files that
 * need each other's types are one idea, or a third one waits to be named.
 */
export function findCircles(files: readonly SourceFile[]): string[] {
  const imported = new Map(files.map(({ path, text }) => [path, relativeImports(path, text)]))
  const done = new Set<string>()
  const found: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) {
      found.push(`${[...trail.slice(start), path].join(" → ")}: move what both need to a file of its own`)
      return
    }
    if (done.has(path)) return
    for (const next of imported.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const path of imported.keys()) visit(path, [])
  return found
}

const relativeImports = (path: string, text: string): string[] =>
  specifiersOf(path, text)
    .filter((specifier) => specifier.text.startsWith("."))
    .map((specifier) => posix.normalize(posix.join(posix.dirname(path), specifier.text)))
