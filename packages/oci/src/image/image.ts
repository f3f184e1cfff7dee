import type { Descriptor } from "../documents/manifest.ts"
import type { Digest } from "../reference/digest.ts"
import type { ImagePlatform } from "../reference/platform.ts"

/** Somewhere that a blob can be read from: a file, memory, a registry. */
export interface BlobSource {
  /**
   * Yields the blob's bytes from `start` on. Read from its beginning and to its end, it fails when they are not those
   * of the digest.
   */
  read(start: number): AsyncIterable<Uint8Array>
  /** Where it lies when that is a registry, so that it can be mounted instead of sent. */
  location?: { registry: string; repository: string }
}

export interface Blob {
  descriptor: Pick<Descriptor, "mediaType" | "digest" | "size">
  source: BlobSource
}

/** An image for one platform, complete or partly still in the registry that it comes from. */
export interface Image {
  /** Digest of the manifest: the image's identity. */
  digest: Digest
  mediaType: string
  /** The manifest, byte by byte. */
  manifest: Uint8Array
  platform: ImagePlatform
  config: Blob
  /** The lowest first. */
  layers: readonly Blob[]
}

/** Every blob of an image, each once: layers first, since the config is of no use without them. */
export function blobsOf({ layers, config }: Image): Blob[] {
  return [...new Map([...layers, config].map((blob) => [blob.descriptor.digest, blob])).values()]
}
