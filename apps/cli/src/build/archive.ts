import { promisify } from "node:util"
import { gzip } from "node:zlib"
import { pack } from "tar-stream"

/**
 * Value of byte 9 of a gzip header, the operating system (RFC 1952 2.3.1): 255 = unknown. zlib leaves the time at 0.
 */
const GZIP_OS = 9

/** Packs files into a tar.gz that depends on their names and contents alone: sorted, mode 0644, owner 0, time 0. */
export async function archive(files: Readonly<Record<string, string | Uint8Array>>): Promise<Uint8Array> {
  const tar = pack()
  const sorted = Object.entries(files).sort(([left], [right]) => (left < right ? -1 : 1))
  for (const [name, content] of sorted)
    tar.entry({ name, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), type: "file" }, Buffer.from(content))
  tar.finalize()
  const chunks: Uint8Array[] = []
  for await (const chunk of tar) chunks.push(chunk as Uint8Array)
  const packed = await promisify(gzip)(Buffer.concat(chunks), { level: 9 })
  packed[GZIP_OS] = 255
  return packed
}
