import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { type StackConfig, type StackResource, sha256Hex } from "@alienplatform/core"
import { interruptedError } from "../manager/poll.ts"
import { hostTarget, type Target } from "./native/target.ts"
import type { ArtifactFile, BuildStep, BuiltSource } from "./source.ts"
import { commandOf, sourceKey } from "./source-key.ts"
import { buildSource, refuseToolchain } from "./toolchains.ts"

/** A built archive, to be uploaded. */
export interface BuiltArtifact {
  sha256: string
  /** Path of the tar.gz file. */
  file: string
  /** Size in bytes. */
  size: number
}

/** Progress of building a resource's source: started, under way where that takes long, or done. */
export type BuildProgress =
  | { resource: string; state: "building" | "built" }
  | ({ resource: string; state: "building" } & BuildStep)

export interface BuildOptions {
  /** Folder of the stack's file; `src` is relative to it. */
  directory: string
  onProgress?: (progress: BuildProgress) => void
  /** The machines that compiled code is for. Default: this one. */
  target?: Target
  /** Results of earlier builds, kept between builds: sources in it are not built again, newly built ones are added. */
  memory?: Map<string, BuiltSource>
  /** Ends the build with `interrupted` when it is aborted. */
  signal?: AbortSignal
}

/** The stack with built artifacts. Disposing removes the archives. */
export interface BuildResult extends AsyncDisposable {
  /** The stack, with `source` code replaced by `artifact`. */
  stack: StackConfig
  /** All archives, each once, however many resources use it. */
  artifacts: BuiltArtifact[]
  /** What is in the artifact of each resource that was built, in the stack's order. */
  contents: { resource: string; sha256: string; bytes: number; files: ArtifactFile[]; leftOut?: string[] }[]
}

/**
 * Builds every resource that comes from source, in the stack's order.
 * @throws `toolchain_not_supported`, `interrupted`, and what `buildSource` throws
 */
export async function buildArtifacts(stack: StackConfig, options: BuildOptions): Promise<BuildResult> {
  const {
    onProgress = () => undefined,
    memory = new Map<string, BuiltSource>(),
    signal,
    target = hostTarget(),
  } = options
  const directory = resolve(options.directory)
  for (const { config } of Object.values(stack.resources)) refuseToolchain(config)

  const archives = new Map<string, Uint8Array>()
  const resources: [string, StackResource][] = []
  const contents: BuildResult["contents"] = []
  for (const [id, resource] of Object.entries(stack.resources)) {
    if (signal?.aborted) throw interruptedError()
    const { config } = resource
    if (config.code.type !== "source") {
      resources.push([id, resource])
      continue
    }
    const key = sourceKey(config)
    const known = memory.get(key)
    if (!known) onProgress({ resource: id, state: "building" })
    const { src, toolchain } = config.code
    const onStep = (step: BuildStep) => onProgress({ resource: id, state: "building", ...step })
    const order = {
      resource: config,
      command: commandOf(config),
      toolchain,
      src: resolve(directory, src),
      directory,
      target,
      signal,
      onStep,
    }
    const source = known ?? (await buildSource(order))
    memory.set(key, source)
    const sha256 = sha256Hex(source.packed)
    archives.set(sha256, source.packed)
    const { contents: files, leftOut } = source
    contents.push({ resource: id, sha256, bytes: source.packed.byteLength, files, ...(leftOut ? { leftOut } : {}) })
    const code = { type: "artifact", sha256, toolchain } as const
    resources.push([id, { ...resource, config: { ...config, code } }])
    if (!known) onProgress({ resource: id, state: "built" })
  }
  const built = { ...stack, resources: Object.fromEntries(resources) }
  return { stack: built, contents, ...(await writeArchives(archives)) }
}

/**
 * Writes the archives into a temporary folder, created as late as possible so that a command killed during the build
 * leaves none.
 */
async function writeArchives(
  archives: ReadonlyMap<string, Uint8Array>,
): Promise<Omit<BuildResult, "stack" | "contents">> {
  const into = await mkdtemp(join(tmpdir(), "alien-build-"))
  const remove = () => rm(into, { recursive: true, force: true })
  const artifacts: BuiltArtifact[] = []
  try {
    for (const [sha256, packed] of archives) {
      const file = join(into, `${sha256}.tar.gz`)
      await writeFile(file, packed)
      artifacts.push({ sha256, file, size: packed.byteLength })
    }
  } catch (error) {
    await remove()
    throw error
  }
  return { artifacts, [Symbol.asyncDispose]: remove }
}
