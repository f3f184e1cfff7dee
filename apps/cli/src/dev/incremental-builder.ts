import { createHash } from "node:crypto"
import { readFileSync, statSync } from "node:fs"
import { basename, dirname, resolve } from "node:path"
import type { StackConfig } from "@alienplatform/core"
import type { BuildProgress, BuildResult } from "../build/build-artifacts.ts"
import { type LoadedStack, readStack } from "../build/load-stack.ts"
import type { BuiltSource } from "../build/source.ts"
import { sourceKey } from "../build/source-key.ts"

/**
 * Configuration files that change what esbuild or cargo does, and that the lists of inputs do not name, or not before
 * they exist.
 */
const CONFIGURATION = /^(?:(?:package|tsconfig.*)\.json|build\.rs|rust-toolchain(?:\.toml)?)$/

export interface Built {
  result: BuildResult
  /** Ids of resources whose source was built since the last successful build. */
  resources: string[]
  /** Duration of the build, ms. */
  tookMs: number
}

/** Builds one stack repeatedly, each time only the resources that changed files belong to. */
export class IncrementalBuilder {
  readonly #file: string
  readonly #sources = new Map<string, BuiltSource>()
  #loaded: LoadedStack | undefined
  /**
   * When the last build failed, ms since the epoch; any change may fix it then, because the files it looked for are
   * unknown.
   */
  #failedAt: number | undefined
  /** Inputs of the build under way as far as known: those of the build before it, and the folder. */
  #underWay: readonly string[] | undefined
  /** SHA-256 of files when a change of them was reported, or when a build had written them. */
  readonly #seen = new Map<string, string>()
  readonly #built = new Set<string>()
  readonly #running = Promise.withResolvers<void>()
  readonly #onProgress: (progress: BuildProgress) => void

  /** @param file absolute path of the stack's file */
  constructor(file: string, onProgress: (progress: BuildProgress) => void = () => undefined) {
    this.#file = file
    this.#onProgress = onProgress
  }

  /**
   * Absolute paths of all inputs of the last successful builds, the stack's file first. A folder stands for everything
   * in it.
   */
  get inputs(): Set<string> {
    const sources = [...this.#sources.values()].flatMap(({ inputs }) => inputs)
    return new Set([this.#file, ...(this.#loaded?.inputs ?? []), ...sources])
  }

  /** Resolves when the first build no longer needs this process for a while, or has failed. */
  get running(): Promise<void> {
    return this.#running.promise
  }

  /** Does a change of this file affect the build? */
  concerns(path: string): boolean {
    const isInput =
      this.#failedAt !== undefined ||
      CONFIGURATION.test(basename(path)) ||
      isIn(path, new Set([...this.inputs, ...(this.#underWay ?? [])]))
    if (!isInput) return false
    // A build that writes what it reads must neither end itself nor fail again for ever; saving it after a failure is to
    // try again.
    return !this.#isAsSeen(path) || (!this.#underWay && this.#isSavedSinceFailure(path))
  }

  #isSavedSinceFailure(path: string): boolean {
    const { mtimeMs = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {}
    return this.#failedAt !== undefined && mtimeMs > this.#failedAt
  }

  #isAsSeen(path: string): boolean {
    const before = this.#seen.get(path)
    const now = sha256Of(path)
    if (now === undefined) this.#seen.delete(path)
    else this.#seen.set(path, now)
    return now !== undefined && now === before
  }

  /** Builds the stack. Throws what `readStack` and `buildArtifacts` throw. The caller disposes the result. */
  async build(changed: ReadonlySet<string> | "everything", signal: AbortSignal): Promise<Built> {
    const began = performance.now()
    this.#forget(changed)
    try {
      this.#loaded ??= await readStack(this.#file, signal, this.#running.resolve)
      const { stack } = this.#loaded
      this.#underWay = [...(this.#underWay ?? []), ...this.#toBuild(stack)]
      const { buildArtifacts } = await import("../build/build-artifacts.ts")
      const result = await buildArtifacts(stack, {
        directory: dirname(this.#file),
        memory: this.#sources,
        signal,
        onProgress: (progress) => {
          if (progress.state === "built") this.#built.add(progress.resource)
          this.#onProgress(progress)
        },
      })
      this.#forgetOthers(stack)
      for (const { written = [] } of this.#sources.values())
        for (const [path, sha256] of written) this.#seen.set(path, sha256)
      this.#failedAt = undefined
      const resources = [...this.#built]
      this.#built.clear()
      return { result, resources, tookMs: Math.round(performance.now() - began) }
    } catch (error) {
      this.#failedAt = Date.now()
      throw error
    } finally {
      this.#underWay = undefined
      this.#running.resolve()
    }
  }

  #forget(changed: ReadonlySet<string> | "everything"): void {
    this.#underWay = [...this.inputs]
    const isStale = (inputs: readonly string[]) => {
      const all = new Set(inputs)
      return (
        changed === "everything" || [...changed].some((path) => CONFIGURATION.test(basename(path)) || isIn(path, all))
      )
    }
    if (this.#failedAt !== undefined || !this.#loaded || isStale([this.#file, ...this.#loaded.inputs]))
      this.#loaded = undefined
    for (const [key, { inputs }] of this.#sources) if (isStale(inputs)) this.#sources.delete(key)
  }

  /** Absolute paths of sources that were not built yet. */
  #toBuild({ resources }: StackConfig): string[] {
    return Object.values(resources).flatMap(({ config }) => {
      if (config.code.type !== "source" || this.#sources.has(sourceKey(config))) return []
      return [resolve(dirname(this.#file), config.code.src)]
    })
  }

  /** Forgets sources of resources that are no longer in the stack. */
  #forgetOthers({ resources }: StackConfig): void {
    const wanted = new Set(Object.values(resources).map(({ config }) => sourceKey(config)))
    for (const key of this.#sources.keys()) if (!wanted.has(key)) this.#sources.delete(key)
  }
}

/** Is the path among `places`, or in a folder among them? */
const isIn = (path: string, places: ReadonlySet<string>): boolean =>
  places.has(path) || (dirname(path) !== path && isIn(dirname(path), places))

/** Larger files are no sources and are not read. */
const MAX_SOURCE_BYTES = 16 * 1024 * 1024

const sha256Of = (path: string): string | undefined => {
  try {
    if (statSync(path).size > MAX_SOURCE_BYTES) return undefined
    return createHash("sha256").update(readFileSync(path)).digest("hex")
  } catch {
    return undefined
  }
}
