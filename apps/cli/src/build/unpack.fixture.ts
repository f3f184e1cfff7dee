import { buffer } from "node:stream/consumers"
import { gunzipSync } from "node:zlib"
import { extract, type Header } from "tar-stream"

/** Reads the files of a tar.gz in their order; `files` as text, `bytes` unchanged. */
export async function unpack(packed: Uint8Array) {
  const tar = extract()
  tar.end(gunzipSync(packed))
  const entries: Header[] = []
  const files: Record<string, string> = {}
  const bytes: Record<string, Buffer> = {}
  for await (const entry of tar) {
    const { name } = entry.header
    const content = await buffer(entry)
    entries.push(entry.header)
    files[name] = content.toString()
    bytes[name] = content
  }
  return { entries, files, bytes }
}
