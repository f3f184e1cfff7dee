import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { problem, type ResourceConfig, type StackConfig, type StackResource, sha256Hex } from "@alienplatform/core"
import { archive } from "./archive.ts"
import { bundleSource } from "./bundle-source.ts"
import { findEntry } from "./find-entry.ts"
import { sourceKey } from "./source-key.ts"

/** An archive to upload. */
export interface BuiltArtifact {
  sha256: string
  /** Path of the tar.gz. */
  file: string
  /** Bytes. */
  size: number
}

export interface BuildProgress {
  resource: string
  state: "building" | "built"
}

/** What one resource's source became. */
export interface BuiltSource {
  /** The archive. */
  packed: Uint8Array
  /** Absolute paths of the files that it was made of. */
  inputs: string[]
}

export interface BuildOptions {
  /** Folder of the stack's file; `src` is relative to it. */
  directory: string
  onProgress?: (progress: BuildProgress) => void
  /** Kept from one build to the next: what is in it is not built again, what is built is added. */
  memory?: Map<string, BuiltSource>
}

/** Disposing removes the archives. */
export interface BuildResult extends AsyncDisposable {
  /** The stack, with `source` code replaced by `artifact`. */
  stack: StackConfig
  /** Each archive once, however many resources use it. */
  artifacts: BuiltArtifact[]
}

/**
 * Builds every resource that comes from source, in the stack's order.
 * @throws `toolchain_not_supported`, `source_not_found`, `package_file_invalid`, `handler_missing`, `build_failed`,
 * `native_module_not_supported`
 */
export async function buildArtifacts(stack: StackConfig, options: BuildOptions): Promise<BuildResult> {
  const { onProgress = () => undefined, memory = new Map<string, BuiltSource>() } = options
  const directory = resolve(options.directory)
  for (const { config } of Object.values(stack.resources)) refuseToolchain(config)

  const into = await mkdtemp(join(tmpdir(), "alien-build-"))
  const remove = () => rm(into, { recursive: true, force: true })
  const artifacts = new Map<string, BuiltArtifact>()
  const resources: [string, StackResource][] = []
  try {
    for (const [id, resource] of Object.entries(stack.resources)) {
      const { config } = resource
      if (config.code.type !== "source") {
        resources.push([id, resource])
        continue
      }
      const key = sourceKey(config)
      const known = memory.get(key)
      if (!known) onProgress({ resource: id, state: "building" })
      const source = known ?? (await buildSource(config, resolve(directory, config.code.src), directory))
      memory.set(key, source)
      const { packed } = source
      const sha256 = sha256Hex(packed)
      const file = join(into, `${sha256}.tar.gz`)
      await writeFile(file, packed)
      artifacts.set(sha256, { sha256, file, size: packed.byteLength })
      const code = { type: "artifact", sha256, toolchain: config.code.toolchain } as const
      resources.push([id, { ...resource, config: { ...config, code } }])
      if (!known) onProgress({ resource: id, state: "built" })
    }
  } catch (error) {
    await remove()
    throw error
  }
  return {
    stack: { ...stack, resources: Object.fromEntries(resources) },
    artifacts: [...artifacts.values()],
    [Symbol.asyncDispose]: remove,
  }
}

const ENTRY = "index.mjs"

async function buildSource({ id, type }: ResourceConfig, src: string, directory: string): Promise<BuiltSource> {
  const kind = type === "worker" || type === "function" ? "worker" : "program"
  const entry = await findEntry(id, src, directory)
  const { contents, inputs } = await bundleSource({ resource: id, kind, entry, directory })
  const packed = await archive({ [ENTRY]: contents, "manifest.json": JSON.stringify({ kind, entry: ENTRY }) })
  return { packed, inputs }
}

function refuseToolchain({ id, code }: ResourceConfig): void {
  if (code.type !== "source" || code.toolchain.type === "typescript") return
  throw problem("toolchain_not_supported", {
    message: `${JSON.stringify(id)} is to be built with ${JSON.stringify(code.toolchain.type)}, and only "typescript" can be built yet; use that, or build an image and declare it with .code({ type: "image", image })`,
    context: { resource: id, toolchain: code.toolchain.type },
  })
}
