import { buildFailed } from "../build-error.ts"
import type { RustSource } from "../source.ts"
import { kindOf } from "../stack-file.ts"
import { describeDiagnostic, isError, readMessage } from "./messages.ts"
import { manifestOf, type Workspace } from "./metadata.ts"
import { readProgress } from "./progress.ts"
import { runCargo } from "./run-cargo.ts"
import { cargoFailed, StderrTail } from "./stderr-tail.ts"

/**
 * Builds the binary with the release profile and returns its path as cargo reports it.
 * @throws `binary_not_found`, `binary_ambiguous`, `build_failed`, `cargo_failed`, `cargo_not_found`, `interrupted`
 */
export async function buildBinary(workspace: Workspace, source: RustSource): Promise<string> {
  const { resource, toolchain, src, directory, signal, onStep } = source
  const { binaryName: name } = toolchain
  const manifest = manifestOf(workspace, source)
  const words = new StderrTail()
  const errors = new Set<string>()
  let executable: string | undefined
  let isCompiled = false
  const args = ["build", "--release", "--bin", name, "--manifest-path", manifest, "--message-format=json"]
  const ended = await runCargo(args, {
    directory: src,
    signal,
    onOutput(line) {
      const message = readMessage(line)
      if (message?.reason === "compiler-message" && isError(message.message))
        errors.add(describeDiagnostic(message.message, workspace.root, directory))
      if (message?.reason === "compiler-artifact" && message.target.name === name)
        executable = message.executable ?? executable
      if (message?.reason === "build-finished") isCompiled = true
    },
    onError(line) {
      const step = readProgress(line)
      if (step) onStep(step)
      else words.add(line)
    },
  })
  if (ended === 0 && executable !== undefined && (await kindOf(executable)) === "file") return executable
  if (errors.size > 0) throw buildFailed(`the source of ${JSON.stringify(resource.id)}`, [...errors])
  // A build script failed, or the compiler could not be run.
  if (isCompiled && ended !== 0) throw buildFailed(`the source of ${JSON.stringify(resource.id)}`, [`${words}`])
  throw cargoFailed(resource.id, "cargo build", ended, words)
}
