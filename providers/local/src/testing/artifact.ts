import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { sha256Hex } from "@alienplatform/core"
import { pack } from "tar-stream"
import type { Manifest } from "../artifacts/manifest.ts"

/** Puts an artifact with that `index.mjs` where the manager keeps them; answers with its hash. */
export async function storeArtifact(
  dataDirectory: string,
  index: string,
  kind: Manifest["kind"] = "worker",
): Promise<string> {
  const tar = pack()
  tar.entry({ name: "index.mjs", mtime: new Date(0) }, index)
  tar.entry({ name: "manifest.json", mtime: new Date(0) }, JSON.stringify({ kind, entry: "index.mjs" }))
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  const bytes = gzipSync(Buffer.concat(chunks))
  const sha256 = sha256Hex(bytes)
  await mkdir(join(dataDirectory, "artifacts"), { recursive: true })
  await writeFile(join(dataDirectory, "artifacts", `${sha256}.tar.gz`), bytes)
  return sha256
}
