import { dirname, join, resolve, sep } from "node:path"
import { kindOf } from "../stack-file.ts"
import { readDepInfo } from "./dep-info.ts"
import type { Workspace } from "./metadata.ts"

/** Configuration files that cargo and rustup look for in a folder and all above it. */
const CONFIGURATION = [".cargo/config.toml", ".cargo/config", "rust-toolchain.toml", "rust-toolchain"]

/**
 * Absolute paths of everything that the binary depends on: its sources and those of the packages beside it, files that
 * their build scripts name, and configuration of cargo. Not cargo's own output, nor crates from a registry.
 * @param depInfo text of the dep-info file
 * @param src folder that cargo was run in
 */
export async function inputsOf(
  depInfo: string,
  { root, manifests, outputs }: Workspace,
  src: string,
): Promise<string[]> {
  const isMade = (path: string) => outputs.some((folder) => path.startsWith(folder + sep))
  const sources = readDepInfo(depInfo).map((path) => resolve(root, path))
  const configuration = withAncestors(src).flatMap((folder) => CONFIGURATION.map((name) => join(folder, name)))
  const kinds = await Promise.all(configuration.map((path) => kindOf(path)))
  const found = configuration.filter((_, index) => kinds[index] === "file")
  return [...new Set([...sources.filter((path) => !isMade(path)), ...manifests, lockFileOf(root), ...found])]
}

/** Path of the lock file, which cargo writes so that the next build has the same dependencies. */
export const lockFileOf = (root: string): string => join(root, "Cargo.lock")

/** The folder and all folders above it. */
const withAncestors = (folder: string): string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...withAncestors(dirname(folder))]
