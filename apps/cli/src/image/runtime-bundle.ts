import { createRequire } from "node:module"
import { dirname } from "node:path"
import type { LayerFile } from "@alienplatform/oci"
import { build } from "esbuild"

/** `worker`: what serves it, `node main.mjs FOLDER`; `program`: what it loads first, so that its stacks name sources. */
const MODULES = {
  worker: { from: "@alienplatform/runtime/main", entry: "main.mjs" },
  program: { from: "@alienplatform/runtime/register-localhost", entry: "register.mjs" },
} as const

/** The part of the runtime that a kind of artifact needs, as one module. The same bytes wherever this command is installed. */
export async function runtimeBundle(kind: keyof typeof MODULES): Promise<{ files: LayerFile[]; entry: string }> {
  const { from, entry } = MODULES[kind]
  const main = createRequire(import.meta.url).resolve(from)
  const { outputFiles } = await build({
    entryPoints: [main],
    // Paths in the output are relative to it.
    absWorkingDir: dirname(main),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    legalComments: "none",
    write: false,
    logLevel: "silent",
  })
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles
  return { files: [{ path: entry, content: { bytes: contents } }], entry }
}
