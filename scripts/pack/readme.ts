import { publicEntries } from "./manifest.ts"
import type { SourceManifest } from "./packages.ts"

/** Text of the README.md of a tarball whose folder has none. */
export function readmeOf(source: SourceManifest): string {
  const names = publicEntries(source).map(([entry]) => `\`${source.name}${entry.slice(1)}\``)
  return `# ${source.name}

${source.description}.

Part of alien, which gives software that vendors run inside their customers' clouds external URLs. All its packages are
released together, with one version. Entries: ${names.join(", ")}.

This project implements the public API of an existing platform. It is an independent implementation and not affiliated
with it.
`
}
