import type { ResourceConfig, Toolchain } from "@alienplatform/core"
import type { Target } from "./native/target.ts"

/** The source of one resource, to be built. */
export interface SourceToBuild<T extends Toolchain = Toolchain> {
  resource: Pick<ResourceConfig, "id" | "type">
  /** What a Container or Daemon declares to be run instead of its entry. */
  command?: readonly string[] | undefined
  toolchain: T
  /** Absolute path of the code's `src`. */
  src: string
  /** Folder of the stack's file: what paths in messages are relative to. */
  directory: string
  /** Ends the build when it is aborted. */
  signal?: AbortSignal | undefined
  onStep(step: BuildStep): void
}

/** A source in TypeScript or JavaScript. */
export interface ModuleSource extends SourceToBuild {
  /** The machines that compiled code in it is for. */
  target: Target
}

/** The source of a program in Rust. */
export type RustSource = SourceToBuild<Extract<Toolchain, { type: "rust" }>>

/** The source of an image. */
export type DockerSource = SourceToBuild<Extract<Toolchain, { type: "docker" }>>

/** Progress of a long build. */
export interface BuildStep {
  /** Text for people: `87 of 120: tokio, hyper`. */
  detail: string
  /** Share of the build that is done, 0 to 1. */
  share: number
}

/** The result of building one resource's source. */
export interface BuiltSource {
  /** The archive, a tar.gz. */
  packed: Uint8Array
  /** Absolute paths of the files that it was built from, or of folders that count with everything in them. */
  inputs: string[]
  /** What is in the archive. */
  contents: ArtifactFile[]
  /** Paths in the source's folder that do not travel, although all else does. */
  leftOut?: string[]
  /** Inputs that the build itself may write, as it left them: SHA-256 by path. */
  written?: ReadonlyMap<string, string>
}

/** A file in an artifact. */
export interface ArtifactFile {
  /** Path in the artifact. */
  path: string
  bytes: number
  /**
   * Why it travels: it is what is started, it names the sources of that in stacks, a module imports it, a module reaches
   * it from its own place, package.json names it, it lies in the folder that a command runs in,
   * or it is of a package that loads compiled code.
   */
  why: "entry" | "map" | "import" | "url" | "files" | "folder" | "native"
  /** What was bundled into it. */
  modules?: { name: string; bytes: number }[]
}
