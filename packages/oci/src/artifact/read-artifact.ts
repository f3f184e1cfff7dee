import { createReadStream, createWriteStream } from "node:fs"
import { mkdir } from "node:fs/promises"
import { dirname, join } from "node:path"
import { pipeline } from "node:stream/promises"
import { createGunzip } from "node:zlib"
import { extract, type Header } from "tar-stream"
import { z } from "zod"
import { parseDocument } from "../documents/document.ts"
import { checkLayerFile, type LayerFile } from "../layer/layer-file.ts"
import { OciError, problem } from "../oci-error.ts"
import type { ArtifactKind } from "./artifact-image.ts"

const Manifest = z.object({
  kind: z.enum(["worker", "program", "executable", "command"]),
  entry: z.string().min(1).optional(),
  /** Folder of a command's files. */
  root: z
    .string()
    .regex(/^[\w-]+$/)
    .optional(),
  /** The machines that it runs on, in Node's words: `linux-x64`. */
  target: z.string().optional(),
})

export interface Artifact {
  kind: ArtifactKind
  entry?: string
  target?: string
  /** What was unpacked, by its paths in the artifact; those of a command by their paths in its folder. */
  files: LayerFile[]
}

export interface ReadArtifactOptions {
  /** The tar.gz. */
  file: string
  /** A folder of its own, where its files are unpacked. */
  into: string
  maxBytes?: number
  maxFiles?: number
}

const MAX_BYTES = 512 * 1024 * 1024
const MAX_FILES = 20_000

/**
 * Unpacks an artifact whose content nobody vouches for, to be put into an image.
 * @throws `artifact_invalid`, `artifact_too_large`, `image_file_refused`
 */
export async function readArtifact({
  file,
  into,
  maxBytes = MAX_BYTES,
  maxFiles = MAX_FILES,
}: ReadArtifactOptions): Promise<Artifact> {
  const files: LayerFile[] = []
  let manifest: Buffer | undefined
  let bytes = 0
  const archive = extract()
  const reading = pipeline(createReadStream(file), createGunzip(), archive)
  try {
    for await (const entry of archive) {
      const { name, type, size = 0, mode = 0 } = entry.header
      if (type === "directory") {
        entry.resume()
        continue
      }
      bytes += size
      if (bytes > maxBytes || files.length >= maxFiles)
        throw problem("artifact_too_large", {
          message: `the artifact holds more than ${maxBytes} bytes or ${maxFiles} files; leave out what the program does not need`,
        })
      const path = join(into, name)
      if (type === "symlink") {
        // Never made here, so nothing is written through it.
        files.push({ path: name, link: entry.header.linkname ?? "" })
        entry.resume()
        continue
      }
      const found: LayerFile = { path: name, content: { file: path, size }, executable: (mode & 0o111) !== 0 }
      refuseEntry(found, type)
      await mkdir(dirname(path), { recursive: true })
      // `wx`: a name that comes twice is refused, and nothing is followed.
      if (name === "manifest.json") {
        manifest = await collect(entry)
        files.push({ path: name, content: { bytes: manifest } })
      } else {
        await pipeline(entry, createWriteStream(path, { flags: "wx" }))
        files.push(found)
      }
    }
    await reading
  } catch (cause) {
    reading.catch(() => {})
    archive.destroy()
    if (cause instanceof OciError) throw cause
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause)
  }
  if (!manifest) throw invalid("it has no manifest.json")
  const { kind, entry, root, target } = parseDocument(Manifest, manifest, "manifest.json of the artifact")
  const chosen = kind === "command" && root !== undefined ? inside(files, root) : files
  refuseLinks(chosen)
  return {
    kind,
    files: chosen,
    ...(entry === undefined ? {} : { entry }),
    ...(target === undefined ? {} : { target }),
  }
}

/** The files of a folder, by their paths in it. */
const inside = (files: readonly LayerFile[], root: string): LayerFile[] =>
  files.flatMap((file) =>
    file.path.startsWith(`${root}/`) ? [{ ...file, path: file.path.slice(root.length + 1) }] : [],
  )

/** Links lead to places among the files, and nothing lies below one: in an image it would land elsewhere. */
function refuseLinks(files: readonly LayerFile[]): void {
  const links = files.filter((file) => "link" in file)
  for (const link of links) {
    checkLayerFile(link)
    const below = files.find(({ path }) => path.startsWith(`${link.path}/`))
    if (below)
      throw problem("image_file_refused", {
        message: `${JSON.stringify(below.path)} in the artifact lies below ${JSON.stringify(link.path)}, which is a link`,
      })
  }
}

function refuseEntry(file: LayerFile, type: Header["type"]): void {
  checkLayerFile(file)
  if (type !== "file" && type !== "contiguous-file" && type !== undefined)
    throw problem("image_file_refused", {
      message: `${JSON.stringify(file.path)} in the artifact is a ${type}; artifacts hold files, and links among them`,
    })
}

async function collect(entry: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of entry) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const invalid = (why: string, cause?: unknown) =>
  problem("artifact_invalid", { message: `the artifact cannot become an image: ${why}`, cause })
