import { createRequire } from "node:module"
import { dirname } from "node:path"
import type { LayerFile } from "@alienplatform/oci"
import { build } from "esbuild"

/** What serves a Worker, as one module: `node main.mjs FOLDER`. The same bytes wherever this command is installed. */
export async function runtimeBundle(): Promise<{ files: LayerFile[]; entry: string }> {
  const main = createRequire(import.meta.url).resolve("@alienplatform/runtime/main")
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
  return { files: [{ path: "main.mjs", content: { bytes: contents } }], entry: "main.mjs" }
}
