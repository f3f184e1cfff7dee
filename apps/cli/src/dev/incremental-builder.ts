import { createHash } from "node:crypto"
import { readFileSync, statSync } from "node:fs"
import { basename, dirname, resolve } from "node:path"
import type { StackConfig } from "@alienplatform/core"
import type { BuildProgress, BuildResult } from "../build/build-artifacts.ts"
import { type LoadedStack, readStack } from "../build/load-stack.ts"
import type { BuiltSource } from "../build/source.ts"
import { sourceKey } from "../build/source-key.ts"

/** They change what esbuild or cargo does, and the lists of inputs do not name them, or not before they are there. */
const CONFIGURATION = /^(?:(?:package|tsconfig.*)\.json|build\.rs|rust-toolchain(?:\.toml)?)$/

export interface Built {
  result: BuildResult
  /** Resources whose source was built since the last good build. */
  resources: string[]
  /** ms */
  tookMs: number
}

/** Builds one stack again and again, each time only what the changed files went into. */
export class IncrementalBuilder {
  readonly #file: string
  readonly #sources = new Map<string, BuiltSource>()
  #loaded: LoadedStack | undefined
  /** ms since the epoch, of the last attempt; the files that it looked for are not known, so any change may mend it. */
  #failedAt: number | undefined
  /** What the build under way is made of, as far as one knows: what it was made of before, and where it lies. */
  #underWay: readonly string[] | undefined
  /** SHA-256 of files as they were when they were told of, or when a build had written them. */
  readonly #seen = new Map<string, string>()
  readonly #built = new Set<string>()
  readonly #running = Promise.withResolvers<void>()
  readonly #onProgress: (progress: BuildProgress) => void

  /** @param file the stack's, absolute */
  constructor(file: string, onProgress: (progress: BuildProgress) => void = () => undefined) {
    this.#file = file
    this.#onProgress = onProgress
  }

  /**
   * Absolute paths of all that went into the last good builds, the stack's own file first. A folder among them stands for
   * everything in it.
   */
  get inputs(): Set<string> {
    const sources = [...this.#sources.values()].flatMap(({ inputs }) => inputs)
    return new Set([this.#file, ...(this.#loaded?.inputs ?? []), ...sources])
  }

  /** The first build needs this process no more for a while, or has failed. */
  get running(): Promise<void> {
    return this.#running.promise
  }

  /** Does a change of this file change anything? */
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

  /** Throws what `readStack` and `buildArtifacts` throw. The result is the caller's to dispose. */
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

  /** Absolute paths of the sources that nothing is known of. */
  #toBuild({ resources }: StackConfig): string[] {
    return Object.values(resources).flatMap(({ config }) => {
      if (config.code.type !== "source" || this.#sources.has(sourceKey(config))) return []
      return [resolve(dirname(this.#file), config.code.src)]
    })
  }

  /** Sources of resources that are not in the stack any more. */
  #forgetOthers({ resources }: StackConfig): void {
    const wanted = new Set(Object.values(resources).map(({ config }) => sourceKey(config)))
    for (const key of this.#sources.keys()) if (!wanted.has(key)) this.#sources.delete(key)
  }
}

/** Is it one of these, or in a folder that is? */
const isIn = (path: string, places: ReadonlySet<string>): boolean =>
  places.has(path) || (dirname(path) !== path && isIn(dirname(path), places))

/** A file that is larger is no source, and would take long to read. */
const MAX_SOURCE_BYTES = 16 * 1024 * 1024

const sha256Of = (path: string): string | undefined => {
  try {
    if (statSync(path).size > MAX_SOURCE_BYTES) return undefined
    return createHash("sha256").update(readFileSync(path)).digest("hex")
  } catch {
    return undefined
  }
}
