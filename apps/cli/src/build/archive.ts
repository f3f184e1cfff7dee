import { setImmediate } from "node:timers/promises"
import { compress } from "@alienplatform/oci/compress"
import { type Pack, pack } from "tar-stream"

/** What lies at a path in an archive; a text or bytes alone are a file that is not executed. */
export type ArchiveEntry = string | Uint8Array | { content: Uint8Array; executable: boolean } | { linksTo: string }

/**
 * Packs files into a tar.gz that depends on their names, contents and whether they may be executed alone, on any machine:
 * sorted, mode 0644 or 0755, owner 0, time 0.
 */
export async function archive(files: Readonly<Record<string, ArchiveEntry>>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of compress(tarOf(files))) {
    chunks.push(chunk)
    // Compressing is work of this thread, and what is under way is shown meanwhile.
    await setImmediate()
  }
  return Buffer.concat(chunks)
}

/** The tar alone, in one piece. */
export async function wholeTar(files: Readonly<Record<string, ArchiveEntry>>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of tarOf(files)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function tarOf(files: Readonly<Record<string, ArchiveEntry>>): AsyncIterable<Uint8Array> {
  const tar = pack()
  const sorted = Object.entries(files).sort(([left], [right]) => (left < right ? -1 : 1))
  for (const [name, entry] of sorted) addTo(tar, name, entry)
  tar.finalize()
  return tar as AsyncIterable<Uint8Array>
}

function addTo(tar: Pack, name: string, entry: ArchiveEntry): void {
  const owned = { name, uid: 0, gid: 0, mtime: new Date(0) }
  if (typeof entry === "object" && "linksTo" in entry)
    return void tar.entry({ ...owned, mode: 0o777, type: "symlink", linkname: entry.linksTo })
  const plain = typeof entry === "string" || entry instanceof Uint8Array
  const { content, executable } = plain ? { content: entry, executable: false } : entry
  tar.entry({ ...owned, mode: executable ? 0o755 : 0o644, type: "file" }, Buffer.from(content))
}
