import type { ResourceConfig, Toolchain } from "@alienplatform/core"

/** One resource's source, to be built. */
export interface SourceToBuild<T extends Toolchain = Toolchain> {
  resource: Pick<ResourceConfig, "id" | "type">
  toolchain: T
  /** Absolute path of the code's `src`. */
  src: string
  /** Folder of the stack's file: what paths in messages are relative to. */
  directory: string
  /** Ends the build. */
  signal?: AbortSignal | undefined
  onStep(step: BuildStep): void
}

/** A program in Rust. */
export type RustSource = SourceToBuild<Extract<Toolchain, { type: "rust" }>>

/** How far a long build is. */
export interface BuildStep {
  /** `87 of 120: tokio, hyper` */
  detail: string
  /** Of all there is to do, 0 to 1. */
  share: number
}

/** What one resource's source became. */
export interface BuiltSource {
  /** The archive. */
  packed: Uint8Array
  /** Absolute paths of the files that it was made of, or of folders that count with everything in them. */
  inputs: string[]
  /** Those of them that the build itself may write, as it left them: SHA-256 by path. */
  written?: ReadonlyMap<string, string>
}
