import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { problem, sha256Hex } from "@alienplatform/core"
import { archive } from "../archive.ts"
import { checkCommand } from "../command/check-command.ts"
import { executableTarget } from "../executable-target.ts"
import { sourceNotFound } from "../find-entry.ts"
import type { BuiltSource, RustSource } from "../source.ts"
import { kindOf } from "../stack-file.ts"
import { buildBinary } from "./build-binary.ts"
import { inputsOf, lockFileOf } from "./inputs.ts"
import { workspaceOf } from "./metadata.ts"

/**
 * Builds a binary of a cargo package, for the machines that it runs on.
 * @throws `source_not_found`, `cargo_not_found`, `cargo_failed`, `binary_not_found`, `binary_ambiguous`,
 * `build_failed`,
 * `executable_not_supported`, `interrupted`
 */
export async function buildExecutable(source: RustSource): Promise<BuiltSource> {
  const { resource, toolchain, src, directory } = source
  const manifest = join(src, "Cargo.toml")
  if ((await kindOf(manifest)) !== "file") throw sourceNotFound(resource.id, [manifest], directory)

  const workspace = await workspaceOf(source)
  const path = await buildBinary(workspace, source)
  const executable = await readFile(path)
  const target = executableTarget(executable)
  if (target === undefined) throw notSupported(resource.id, path, executable)

  const entry = `bin/${toolchain.binaryName}`
  if (source.command)
    checkCommand({ resource: resource.id, command: source.command, files: new Map([[entry, true]]), directory, src })
  const packed = await archive({
    [entry]: { content: executable, executable: true },
    "manifest.json": JSON.stringify({ kind: "executable", entry, target }),
  })
  const depInfo = await readFile(`${path}.d`, "utf8").catch(() => "")
  const lockFile = lockFileOf(workspace.root)
  const lock = await readFile(lockFile).catch(() => undefined)
  return {
    packed,
    contents: [{ path: entry, bytes: executable.byteLength, why: "entry" }],
    inputs: await inputsOf(depInfo, workspace, src),
    written: new Map(lock ? [[lockFile, sha256Hex(lock)]] : []),
  }
}

const notSupported = (resource: string, path: string, executable: Buffer) =>
  problem("executable_not_supported", {
    message: `cargo built ${path} for ${JSON.stringify(resource)}, which is no executable for Linux, macOS, FreeBSD or OpenBSD: its first bytes are ${executable.subarray(0, 4).toString("hex")}; build it for one of them, see build.target in .cargo/config.toml`,
    context: { resource },
  })
