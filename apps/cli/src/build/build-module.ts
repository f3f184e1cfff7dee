import { archive } from "./archive.ts"
import { bundleSource } from "./bundle-source.ts"
import { findEntry } from "./find-entry.ts"
import type { BuiltSource, SourceToBuild } from "./source.ts"

const ENTRY = "index.mjs"

/**
 * Builds TypeScript or JavaScript into one ES module.
 * @throws `source_not_found`, `package_file_invalid`, `handler_missing`, `build_failed`, `native_module_not_supported`
 */
export async function buildModule({ resource: { id, type }, src, directory }: SourceToBuild): Promise<BuiltSource> {
  const kind = type === "worker" || type === "function" ? "worker" : "program"
  const entry = await findEntry(id, src, directory)
  const { contents, inputs } = await bundleSource({ resource: id, kind, entry, directory })
  const packed = await archive({ [ENTRY]: contents, "manifest.json": JSON.stringify({ kind, entry: ENTRY }) })
  return { packed, inputs }
}
