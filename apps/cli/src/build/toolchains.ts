import { problem, type ResourceConfig } from "@alienplatform/core"
import { buildModule } from "./build-module.ts"
import { buildExecutable } from "./cargo/build-executable.ts"
import { buildFolder } from "./command/build-folder.ts"
import { runsFolder } from "./command/runs-folder.ts"
import { buildImage } from "./docker/build-image.ts"
import type { BuiltSource, ModuleSource } from "./source.ts"

/**
 * Builds a source with its toolchain.
 * @throws what `buildModule`, `buildFolder`, `buildExecutable` and `buildImage` throw
 */
export async function buildSource(source: ModuleSource): Promise<BuiltSource> {
  const { toolchain } = source
  switch (toolchain.type) {
    case "typescript":
      return (await runsFolder(source)) ? buildFolder(source) : buildModule(source)
    case "rust":
      return buildExecutable({ ...source, toolchain })
    case "docker":
      return buildImage({ ...source, toolchain })
  }
}

/** Throws `toolchain_not_supported` for a resource that cannot be built. */
export function refuseToolchain({ id, type, code }: ResourceConfig): void {
  if (code.type !== "source") return
  const toolchain = code.toolchain.type
  if (toolchain === "rust" && (type === "worker" || type === "function"))
    throw problem("toolchain_not_supported", {
      message: `${JSON.stringify(id)} is a ${type}, a module that default-exports fetch, and "rust" builds a program; use "typescript", or declare it as a Container or a Daemon`,
      context: { resource: id, toolchain },
    })
}
