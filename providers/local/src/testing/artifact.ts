import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { sha256Hex } from "@alienplatform/core"
import { pack } from "tar-stream"
import type { Manifest } from "../artifacts/manifest.ts"

const WORKER: Manifest = { kind: "worker", entry: "index.mjs" }

/** Puts an artifact whose entry has that text where the manager keeps them; answers with its hash. */
export async function storeArtifact(dataDirectory: string, entry: string, manifest = WORKER): Promise<string> {
  const tar = pack()
  tar.entry({ name: manifest.entry, mtime: new Date(0) }, entry)
  tar.entry({ name: "manifest.json", mtime: new Date(0) }, JSON.stringify(manifest))
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  const bytes = gzipSync(Buffer.concat(chunks))
  const sha256 = sha256Hex(bytes)
  await mkdir(join(dataDirectory, "artifacts"), { recursive: true })
  await writeFile(join(dataDirectory, "artifacts", `${sha256}.tar.gz`), bytes)
  return sha256
}
