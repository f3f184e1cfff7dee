import { dirname, join, relative } from "node:path"
import { parseJson, problem } from "@alienplatform/core/error"
import { z } from "zod"
import type { RustSource } from "../source.ts"
import { runCargo } from "./run-cargo.ts"
import { cargoFailed, StderrTail } from "./stderr-tail.ts"

const Package = z.object({
  id: z.string(),
  manifest_path: z.string(),
  targets: z.array(z.object({ name: z.string(), kind: z.array(z.string()) })),
})

const Metadata = z.object({
  packages: z.array(Package),
  /** Packages that cargo builds when it is run there; absent before cargo 1.71. */
  workspace_default_members: z.array(z.string()).optional(),
  workspace_root: z.string(),
  target_directory: z.string(),
  /** Folder of intermediate output; absent before cargo 1.91. */
  build_directory: z.string().nullish(),
})

interface Binary {
  name: string
  /** Absolute path of the Cargo.toml of its package. */
  manifest: string
  /** True for binaries that cargo builds in `src`; others of the workspace are not built. */
  isSelected: boolean
}

/** A cargo workspace; paths are absolute. */
export interface Workspace {
  root: string
  binaries: Binary[]
  /** Paths of all Cargo.toml files. */
  manifests: string[]
  /** Folders that cargo writes to. */
  outputs: string[]
}

/**
 * Asks cargo for the workspace's packages and binaries.
 * @see https://doc.rust-lang.org/cargo/commands/cargo-metadata.html
 * @throws `cargo_failed`, `cargo_not_found`, `interrupted`
 */
export async function workspaceOf({ resource, src, signal }: RustSource): Promise<Workspace> {
  const words = new StderrTail()
  const output: string[] = []
  const args = ["metadata", "--no-deps", "--format-version", "1", "--manifest-path", join(src, "Cargo.toml")]
  const ended = await runCargo(args, {
    directory: src,
    signal,
    onOutput: (line) => output.push(line),
    onError: (line) => words.add(line),
  })
  const workspace = ended === 0 ? readMetadata(output.join("\n")) : undefined
  if (!workspace) throw cargoFailed(resource.id, "cargo metadata", ended, words)
  return workspace
}

/** Parses the output of `cargo metadata`; undefined when it is something else. */
export function readMetadata(text: string): Workspace | undefined {
  const parsed = Metadata.safeParse(parseJson(text))
  if (!parsed.success) return undefined
  const { packages, workspace_default_members: selected, workspace_root: root, ...folders } = parsed.data
  return {
    root,
    binaries: packages.flatMap(({ id, manifest_path: manifest, targets }) =>
      targets
        .filter(({ kind }) => kind.includes("bin"))
        .map(({ name }) => ({ name, manifest, isSelected: selected?.includes(id) ?? true })),
    ),
    manifests: [...new Set([join(root, "Cargo.toml"), ...packages.map(({ manifest_path }) => manifest_path)])],
    outputs: [folders.target_directory, folders.build_directory ?? folders.target_directory],
  }
}

/**
 * Path of the Cargo.toml of the package with the binary.
 * @throws `binary_not_found` naming those there are, `binary_ambiguous`
 */
export function manifestOf({ binaries }: Workspace, source: RustSource): string {
  const { src, directory } = source
  const { id: resource } = source.resource
  const { binaryName: name } = source.toolchain
  const describePlace = (path: string) => relative(directory, path) || "."
  const named = binaries.filter((binary) => binary.name === name)
  const [found, other] = named.filter(({ isSelected }) => isSelected)
  if (found && other)
    throw problem("binary_ambiguous", {
      message: `${JSON.stringify(resource)} is to run the binary ${JSON.stringify(name)}, which both ${describePlace(found.manifest)} and ${describePlace(other.manifest)} have; set src in .code() to the folder of one of them`,
      context: { resource },
    })
  if (found) return found.manifest
  const there = binaries.filter(({ isSelected }) => isSelected).map((binary) => binary.name)
  const [elsewhere] = named
  throw problem("binary_not_found", {
    message: `${JSON.stringify(resource)} is to run the binary ${JSON.stringify(name)}, and ${describePlace(join(src, "Cargo.toml"))} has ${there.join(", ") || "none"}; correct binaryName in .code()`,
    ...(elsewhere ? { hint: `set src to ${describePlace(dirname(elsewhere.manifest))}, whose Cargo.toml has it` } : {}),
    context: { resource, binaries: there },
  })
}
