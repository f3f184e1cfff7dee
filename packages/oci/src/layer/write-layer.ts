import { createHash } from "node:crypto"
import { OCI_LAYER_GZIP } from "../documents/media-types.ts"
import type { BlobDirectory } from "../layout/blob-directory.ts"
import { type Digest, finishDigest } from "../reference/digest.ts"
import { compress } from "./compress.ts"
import type { LayerFile } from "./layer-file.ts"
import { type Owner, tar } from "./tar.ts"

/** A layer to be written. */
export interface LayerContent {
  /** What is in it; stands in the image's history. */
  name: string
  files: readonly LayerFile[]
  /** Path without a leading `/`; folders from it downwards get the layer's owner. Default: the image's root. */
  root?: string
  /** Default: root. */
  owner?: Owner
}

export interface WrittenLayer {
  name: string
  mediaType: string
  digest: Digest
  /** Compressed, in bytes. */
  size: number
  /** Digest of the tar archive inside. */
  diffId: Digest
  /** Uncompressed, in bytes. */
  tarBytes: number
  /** Path of the compressed layer. */
  file: string
}

/**
 * Writes a layer's blob, in a stream: no file is held in memory. Same files, same digest, on every machine.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md
 * @throws `image_file_refused`
 */
export async function writeLayer(
  { name, files, root = "", owner = { uid: 0, gid: 0 } }: LayerContent,
  blobs: BlobDirectory,
): Promise<WrittenLayer> {
  const hash = createHash("sha256")
  let tarBytes = 0
  async function* hashed() {
    for await (const chunk of tar(files, { owner, root }) as AsyncIterable<Uint8Array>) {
      hash.update(chunk)
      tarBytes += chunk.length
      yield chunk
    }
  }
  const { digest, size, file } = await blobs.write(compress(hashed()))
  return { name, mediaType: OCI_LAYER_GZIP, digest, size, diffId: finishDigest(hash), tarBytes, file }
}
