import type { SourceManifest } from "./packages.ts"

/** Packages that run inside other people's programs, on older versions of Node. All others need Node 24. */
const ON_OLDER_NODE: readonly string[] = ["@alienplatform/core", "@alienplatform/sdk"]

export interface PublishedManifest {
  name: string
  version: string
  description: string
  license: string
  type: "module"
  engines: { node: string }
  bin?: Readonly<Record<string, string>>
  exports: Readonly<Record<string, { types: string; default: string }>>
  files: readonly string[]
  dependencies: Readonly<Record<string, string>>
  publishConfig: { access: "public" }
}

export interface PublishOptions {
  /** Version of every package that is published, by name. */
  versions: ReadonlyMap<string, string>
  /** Folders to publish beside `dist`. */
  folders?: readonly string[]
  bin?: Readonly<Record<string, string>>
}

/**
 * Makes the package.json of a tarball: compiled entries, our packages pinned to their exact version, no development
 * members.
 */
export function publishedManifest(
  source: SourceManifest,
  { versions, folders = [], bin }: PublishOptions,
): PublishedManifest {
  const { name, version, description, license, type } = source
  return {
    name,
    version,
    description,
    license,
    type,
    engines: { node: ON_OLDER_NODE.includes(name) ? ">=18" : ">=24" },
    ...(bin ? { bin } : {}),
    exports: Object.fromEntries(publicEntries(source).map(([entry, file]) => [entry, compiledEntry(name, file)])),
    files: ["dist", ...folders],
    dependencies: Object.fromEntries(
      Object.entries(source.dependencies).map(([other, range]) => [other, pinnedVersion(name, other, range, versions)]),
    ),
    publishConfig: { access: "public" },
  }
}

/** Entries that may be imported from outside: all but `./testing`, which needs the checkout. */
export const publicEntries = ({ exports }: SourceManifest): [entry: string, file: string][] =>
  Object.entries(exports).filter(([entry]) => entry !== "./testing")

function compiledEntry(name: string, file: string): { types: string; default: string } {
  const [, path] = /^\.\/src\/(.+)\.ts$/.exec(file) ?? []
  if (!path) throw new Error(`${name} exports ${file}, which is no ./src/….ts`)
  return { types: `./dist/${path}.d.ts`, default: `./dist/${path}.js` }
}

function pinnedVersion(name: string, other: string, range: string, versions: PublishOptions["versions"]): string {
  if (!/^@alienplatform\//.test(other)) return range
  const version = versions.get(other)
  if (version) return version
  throw new Error(`${name} depends on ${other}, which is not published`)
}
