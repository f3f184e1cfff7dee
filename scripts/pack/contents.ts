import { isBuiltin } from "node:module"
import { posix } from "node:path"
import { specifiersOf } from "../verify/specifiers.ts"
import type { CompiledFile } from "./compile.ts"
import type { PublishedManifest } from "./manifest.ts"
import { namesOfSources } from "./rename.ts"

/** Lists why a package would not work where only its tarball and its dependencies are; empty when it would. */
export function findProblems(
  manifest: PublishedManifest,
  files: readonly CompiledFile[],
  data: readonly { path: string }[] = [],
): string[] {
  const paths = new Set([...files, ...data].map(({ path }) => path))
  const entries = Object.values(manifest.exports).flatMap(({ types, default: file }) => [types, file])
  return [
    ...entries.filter((entry) => !paths.has(entry.slice(2))).map((entry) => `exports ${entry}, which it does not hold`),
    ...files.flatMap(({ path, text }) => [
      ...(/(?:^|\/)testing\/|\.(?:test|fixture)\./.test(path)
        ? [`${path} is for tests, but something imports it`]
        : []),
      ...(/\.(?:js|d\.ts)$/.test(path) ? namesIn(manifest, path, text, paths) : []),
    ]),
  ].map((problem) => `${manifest.name}: ${problem}`)
}

function namesIn(manifest: PublishedManifest, path: string, text: string, paths: ReadonlySet<string>): string[] {
  const directory = posix.dirname(path)
  const isSource = (name: string) => paths.has(posix.join(directory, name).replace(/\.ts$/, ".js"))
  const imports = specifiersOf(path, text).flatMap(({ text: specifier, line }) => {
    const reason = specifier.startsWith(".")
      ? relativeProblem(posix.join(directory, specifier), paths)
      : bareProblem(specifier, manifest)
    return reason ? [`${path}:${line} imports ${specifier}, ${reason}`] : []
  })
  const sources = path.endsWith(".js") ? namesOfSources(path, text).filter(isSource) : []
  return [
    ...imports,
    ...sources.map((name) => `${path} names the source ${name}; write new URL("./…", import.meta.url)`),
  ]
}

const relativeProblem = (target: string, paths: ReadonlySet<string>): string | undefined =>
  paths.has(target) ? undefined : "which it does not hold"

function bareProblem(specifier: string, { name, dependencies }: PublishedManifest): string | undefined {
  if (isBuiltin(specifier)) return undefined
  const other = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")
  return other === name || Object.hasOwn(dependencies, other) ? undefined : "which is no dependency"
}
