import { homedir } from "node:os"
import { join, resolve } from "node:path"

const root = resolve(import.meta.dirname, "../..")

/**
 * Toolchains and downloaded crates of the real user, for a reader whose home is another folder. What is built goes to the
 * checkout's own `target`, so that the crates of a sample are not compiled once more.
 */
export function cargoEnvironment(): Record<string, string> {
  const { CARGO_HOME = join(homedir(), ".cargo"), RUSTUP_HOME = join(homedir(), ".rustup") } = process.env
  return { CARGO_HOME, RUSTUP_HOME, CARGO_TARGET_DIR: join(root, "target") }
}
