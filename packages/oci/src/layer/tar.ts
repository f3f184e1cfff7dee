import { createReadStream } from "node:fs"
import type { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { type Header, pack } from "tar-stream"
import { problem } from "../oci-error.ts"
import { checkLayerFile, type FileContent, foldersAbove, type LayerFile } from "./layer-file.ts"

/** Numbers, since names of users are another file's business. */
export interface Owner {
  uid: number
  gid: number
}

/**
 * Writes a tar archive that depends on names, contents and owner alone: sorted, modes 0644 and 0755, time 0.
 *
 * Folders are entries only from `root` downwards: one above it would replace what a lower layer has there, such as a
 * link `/opt`.
 * @throws `image_file_refused`
 */
export function tar(files: readonly LayerFile[], { owner, root }: { owner: Owner; root: string }): Readable {
  const entries = withFolders(files, root)
  const archive = pack()
  const header = (
    path: string,
    rest: Pick<Header, "type" | "mode"> & { size?: number; linkname?: string },
  ): Header => ({
    name: path,
    uid: owner.uid,
    gid: owner.gid,
    mtime: new Date(0),
    size: 0,
    linkname: "",
    uname: "",
    gname: "",
    devmajor: 0,
    devminor: 0,
    ...rest,
  })
  const write = async () => {
    for (const entry of entries) {
      if ("directory" in entry) archive.entry(header(`${entry.path}/`, { type: "directory", mode: 0o755 }))
      else if ("link" in entry)
        archive.entry(header(entry.path, { type: "symlink", linkname: entry.link, mode: 0o777 }))
      else {
        const { content, executable } = entry
        const size = "bytes" in content ? content.bytes.byteLength : content.size
        const target = archive.entry(header(entry.path, { type: "file", mode: executable ? 0o755 : 0o644, size }))
        await pipeline(contentOf(entry.path, content, size), target)
      }
    }
    archive.finalize()
  }
  write().catch((error) => archive.destroy(error))
  return archive as unknown as Readable
}

/** The bytes of one file: as many as its header says, or it fails. */
async function* contentOf(path: string, content: FileContent, size: number): AsyncGenerator<Uint8Array> {
  const changed = (why: string, cause?: unknown) =>
    problem("image_file_refused", {
      message: `${JSON.stringify(path)} cannot be put into the image: ${why}; build again when nobody writes to it`,
      cause,
    })
  if ("bytes" in content) {
    yield Buffer.from(content.bytes)
    return
  }
  let read = 0
  try {
    for await (const chunk of createReadStream(content.file) as AsyncIterable<Buffer>) {
      read += chunk.length
      if (read > size) break
      yield chunk
    }
  } catch (cause) {
    throw changed(`${content.file} cannot be read`, cause)
  }
  if (read !== size) throw changed(`${content.file} had ${size} bytes and has another number now`)
}

function withFolders(files: readonly LayerFile[], root: string): LayerFile[] {
  const byPath = new Map<string, LayerFile>()
  for (const entry of files) {
    checkLayerFile(entry)
    const known = byPath.get(entry.path)
    if (known && !("directory" in known && "directory" in entry)) throw twice(entry.path)
    byPath.set(entry.path, entry)
  }
  for (const path of [...byPath.keys()].flatMap(foldersAbove)) {
    const known = byPath.get(path)
    if (known && !("directory" in known)) throw twice(path)
    if (!known && isBelow(path, root)) byPath.set(path, { path, directory: true })
  }
  // By code units and not by locale; a folder comes before what is in it, for it is shorter.
  return [...byPath.values()].sort((left, right) => (left.path < right.path ? -1 : 1))
}

const isBelow = (path: string, root: string): boolean => root === "" || path === root || path.startsWith(`${root}/`)

const twice = (path: string) =>
  problem("image_file_refused", {
    message: `${JSON.stringify(path)} cannot be put into the image: it is there twice, or is a file and a folder`,
  })
