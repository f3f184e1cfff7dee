import { promisify } from "node:util"
import { gzip } from "node:zlib"
import { type Pack, pack } from "tar-stream"

/**
 * Value of byte 9 of a gzip header, the operating system (RFC 1952 2.3.1): 255 = unknown. zlib leaves the time at 0.
 */
const GZIP_OS = 9

/** What lies at a path in an archive; a text or bytes alone are a file that is not executed. */
export type ArchiveEntry = string | Uint8Array | { content: Uint8Array; executable: boolean } | { linksTo: string }

/**
 * Packs files into a tar.gz that depends on their names, contents and whether they may be executed alone: sorted, mode
 * 0644 or 0755, owner 0, time 0.
 */
export async function archive(files: Readonly<Record<string, ArchiveEntry>>): Promise<Uint8Array> {
  const tar = pack()
  const sorted = Object.entries(files).sort(([left], [right]) => (left < right ? -1 : 1))
  for (const [name, entry] of sorted) addTo(tar, name, entry)
  tar.finalize()
  const chunks: Uint8Array[] = []
  for await (const chunk of tar) chunks.push(chunk as Uint8Array)
  const packed = await promisify(gzip)(Buffer.concat(chunks), { level: 9 })
  packed[GZIP_OS] = 255
  return packed
}

function addTo(tar: Pack, name: string, entry: ArchiveEntry): void {
  const owned = { name, uid: 0, gid: 0, mtime: new Date(0) }
  if (typeof entry === "object" && "linksTo" in entry)
    return void tar.entry({ ...owned, mode: 0o777, type: "symlink", linkname: entry.linksTo })
  const plain = typeof entry === "string" || entry instanceof Uint8Array
  const { content, executable } = plain ? { content: entry, executable: false } : entry
  tar.entry({ ...owned, mode: executable ? 0o755 : 0o644, type: "file" }, Buffer.from(content))
}
