import { gunzipSync } from "node:zlib"
import { extract, type Header } from "tar-stream"

/** Every entry of a tar.gz, in its order. */
export async function entriesOf(packed: Uint8Array): Promise<{ header: Header; text: string }[]> {
  const found: { header: Header; text: string }[] = []
  const archive = extract()
  archive.end(gunzipSync(packed))
  for await (const entry of archive) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    found.push({ header: entry.header, text: Buffer.concat(chunks).toString() })
  }
  return found
}
