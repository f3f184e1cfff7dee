import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { sha256Hex } from "@alienplatform/core"
import { type Header, pack } from "tar-stream"
import type { Manifest } from "../artifacts/manifest.ts"

type Started = Extract<Manifest, { entry: string }>
type Entry = Partial<Header> & Pick<Header, "name">

const WORKER: Started = { kind: "worker", entry: "index.mjs" }

/** Puts an artifact whose entry has that text where the manager keeps them; answers with its hash. */
export const storeArtifact = (dataDirectory: string, entry: string, manifest: Started = WORKER): Promise<string> =>
  storeFiles(dataDirectory, manifest, [[{ name: manifest.entry }, entry]])

/** The same of any files. */
export async function storeFiles(
  dataDirectory: string,
  manifest: Manifest,
  files: readonly (readonly [Entry, string?])[],
): Promise<string> {
  const tar = pack()
  for (const [header, text = ""] of files) tar.entry({ ...header, mtime: new Date(0) }, text)
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
