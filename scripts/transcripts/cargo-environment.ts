import { homedir } from "node:os"
import { join, resolve } from "node:path"

const root = resolve(import.meta.dirname, "../..")

/**
 * Environment variables that give a reader with another home the real user's toolchains and downloaded crates. Builds
 * go to the checkout's `target`, so that the crates of a sample are compiled only once.
 */
export function cargoEnvironment(): Record<string, string> {
  const { CARGO_HOME = join(homedir(), ".cargo"), RUSTUP_HOME = join(homedir(), ".rustup") } = process.env
  return { CARGO_HOME, RUSTUP_HOME, CARGO_TARGET_DIR: join(root, "target") }
}
