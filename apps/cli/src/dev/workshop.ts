import { basename, dirname } from "node:path"
import type { StackConfig } from "@alienplatform/core"
import type { BuildResult, BuiltSource } from "../build/build-artifacts.ts"
import { type LoadedStack, readStack } from "../build/load-stack.ts"
import { sourceKey } from "../build/source-key.ts"

/** They change what esbuild does, and its list of inputs does not name them. */
const CONFIGURATION = /^(?:package|tsconfig.*)\.json$/

export interface Built {
  result: BuildResult
  /** Resources whose source was built this time. */
  resources: string[]
  /** ms */
  took: number
}

/** Builds one stack again and again, each time only what the changed files went into. */
export class Workshop {
  readonly #file: string
  readonly #sources = new Map<string, BuiltSource>()
  #loaded: LoadedStack | undefined
  /** Of the last attempt; the files that it looked for are not known, so any change may mend it. */
  #failed = false
  readonly #running = Promise.withResolvers<void>()

  /** @param file the stack's, absolute */
  constructor(file: string) {
    this.#file = file
  }

  /** Absolute paths of all files that went into the last good builds, the stack's own first. */
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
    return this.#failed || CONFIGURATION.test(basename(path)) || this.inputs.has(path)
  }

  /** Throws what `readStack` and `buildArtifacts` throw. The result is the caller's to dispose. */
  async build(changed: ReadonlySet<string> | "everything", signal: AbortSignal): Promise<Built> {
    const began = performance.now()
    this.#forget(changed)
    try {
      this.#loaded ??= await readStack(this.#file, signal, this.#running.resolve)
      const { buildArtifacts } = await import("../build/build-artifacts.ts")
      const resources: string[] = []
      const result = await buildArtifacts(this.#loaded.stack, {
        directory: dirname(this.#file),
        memory: this.#sources,
        onProgress: ({ resource, state }) => state === "built" && resources.push(resource),
      })
      this.#forgetOthers(this.#loaded.stack)
      this.#failed = false
      return { result, resources, took: Math.round(performance.now() - began) }
    } catch (error) {
      this.#failed = true
      throw error
    } finally {
      this.#running.resolve()
    }
  }

  #forget(changed: ReadonlySet<string> | "everything"): void {
    const isStale = (inputs: readonly string[]) =>
      changed === "everything" ||
      inputs.some((input) => changed.has(input)) ||
      [...changed].some((path) => CONFIGURATION.test(basename(path)))
    if (this.#failed || !this.#loaded || isStale([this.#file, ...this.#loaded.inputs])) this.#loaded = undefined
    for (const [key, { inputs }] of this.#sources) if (isStale(inputs)) this.#sources.delete(key)
  }

  /** Sources of resources that are not in the stack any more. */
  #forgetOthers({ resources }: StackConfig): void {
    const wanted = new Set(Object.values(resources).map(({ config }) => sourceKey(config)))
    for (const key of this.#sources.keys()) if (!wanted.has(key)) this.#sources.delete(key)
  }
}
