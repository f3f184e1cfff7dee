import { setImmediate } from "node:timers/promises"
import { compress } from "@alienplatform/oci/compress"
import { pack } from "tar-stream"

/**
 * Packs files into a tar.gz that depends on their names and contents alone, on any machine: sorted, mode 0644, owner 0,
 * time 0.
 */
export async function archive(files: Readonly<Record<string, string | Uint8Array>>): Promise<Uint8Array> {
  const tar = pack()
  const sorted = Object.entries(files).sort(([left], [right]) => (left < right ? -1 : 1))
  for (const [name, content] of sorted)
    tar.entry({ name, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), type: "file" }, Buffer.from(content))
  tar.finalize()
  const chunks: Uint8Array[] = []
  for await (const chunk of compress(tar as AsyncIterable<Uint8Array>)) {
    chunks.push(chunk)
    // Compressing is work of this thread, and what is under way is shown meanwhile.
    await setImmediate()
  }
  return Buffer.concat(chunks)
}
