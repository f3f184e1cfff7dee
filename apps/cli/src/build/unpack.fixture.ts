import { text } from "node:stream/consumers"
import { gunzipSync } from "node:zlib"
import { extract, type Header } from "tar-stream"

/** What is in a tar.gz, in its order. */
export async function unpack(packed: Uint8Array): Promise<{ entries: Header[]; files: Record<string, string> }> {
  const tar = extract()
  tar.end(gunzipSync(packed))
  const entries: Header[] = []
  const files: Record<string, string> = {}
  for await (const entry of tar) {
    entries.push(entry.header)
    files[entry.header.name] = await text(entry)
  }
  return { entries, files }
}
